using System.Collections.Immutable;

namespace SloRollback.Rollbacks;

/// <summary>The state after an event, and what the shell is to do.</summary>
internal sealed record RollbackTransition(RollbackRecord Record, ImmutableArray<RollbackEffect> Effects);
