using System.Text.Json.Serialization;
using NodaTime;

namespace SloRollback.Objectives;

/// <summary>
/// Time that does not count: a step that touches it is taken out of good, valid and budget. The kinds are the sealed records that
/// derive from it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(OneOffDowntime), "oneOff")]
[JsonDerivedType(typeof(RecurringDowntime), "recurring")]
public abstract record Downtime
{
    private protected Downtime()
    {
    }

    /// <summary>The downtime's id, unique inside what it belongs to, for example <c>nightly-backup</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Why the time does not count, for people.</summary>
    /// <value>Empty.</value>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>Everything of it that touches <c>[from, to)</c>, in any order; occurrences may overlap and reach over the ends.</summary>
    internal abstract IEnumerable<Interval> Occurrences(Instant from, Instant to, IDateTimeZoneProvider zones);
}
