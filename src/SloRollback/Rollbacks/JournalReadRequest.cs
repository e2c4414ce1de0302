using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>Asks a journal for what is on record.</summary>
public sealed record JournalReadRequest
{
    /// <summary>Finished rollbacks that were proposed before this instant are not needed.</summary>
    public Instant Since { get; init; }
}
