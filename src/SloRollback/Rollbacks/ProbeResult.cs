using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>A provider's answer about a probe.</summary>
public sealed record ProbeResult
{
    /// <summary>How far it is.</summary>
    public ProbeStatus Status { get; init; }

    /// <summary>After a failure: would a retry possibly work?</summary>
    public bool IsTransient { get; init; }

    /// <summary>Since when it serves; set when <see cref="Status"/> is <see cref="ProbeStatus.Serving"/>.</summary>
    public Instant? ServingSince { get; init; }

    /// <summary>The instances that serve, the probe among them, each with its revision: what tells the metrics of old and new apart.</summary>
    public ImmutableArray<RevisionInstance> Instances { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The platform's words, or why it was refused. Holds no secrets.</summary>
    public string Detail { get => field ?? ""; init; } = "";
}
