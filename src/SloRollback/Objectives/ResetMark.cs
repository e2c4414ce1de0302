using NodaTime;

namespace SloRollback.Objectives;

/// <summary>A budget reset in the counts of a tracker.</summary>
/// <param name="At">The reset.</param>
/// <param name="Mark">The first step that begins at or after it: what is bad before is forgiven.</param>
internal sealed record ResetMark(Instant At, ExactMark Mark);
