using System.Collections.Immutable;
using SloRollback.Sample.Scenarios;

namespace SloRollback.Sample.CommandLine;

/// <summary>What the command line asks for.</summary>
internal sealed record SampleOptions
{
    public ScenarioName Scenario { get; init; }

    /// <summary>A Prometheus server to read from; <see langword="null"/> scrapes the replicas itself.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>The replicas' ports; 0 takes a free one.</summary>
    public required ImmutableArray<int> Ports { get; init; }

    /// <summary>Where the evidence documents are written.</summary>
    public required string EvidenceDirectory { get; init; }

    /// <summary>Plain lines instead of a live display.</summary>
    public bool Plain { get; init; }
}
