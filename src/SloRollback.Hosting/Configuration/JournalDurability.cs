namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Says whether the rollback journal outlives the process. Who registers a journal registers this beside it; without it the
/// journal counts as volatile, the careful answer.
/// </summary>
internal sealed record JournalDurability(bool IsDurable);
