using NodaTime;

namespace SloRollback.Objectives;

/// <summary>A note on an instant or a stretch of time. It changes no number.</summary>
public sealed record Annotation
{
    /// <summary>The annotation's id, unique inside its objective.</summary>
    public required string Id { get; init; }

    /// <summary>The instant it is about, or the stretch's start, inclusive.</summary>
    public required Instant Start { get; init; }

    /// <summary>The stretch's end, exclusive; <see langword="null"/> for a note on an instant.</summary>
    public Instant? End { get; init; }

    /// <summary>What people want to remember.</summary>
    public required string Text { get; init; }
}
