namespace SloRollback.Prometheus.Tests.RealServer.Blocks;

/// <summary>What a simulated service is like.</summary>
internal sealed record ServiceSettings
{
    /// <summary>The label <c>service</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its counter.</summary>
    public string Metric { get; init; } = "http_requests_total";

    /// <summary>Pods at work at the same time.</summary>
    public int Replicas { get; init; } = 2;

    /// <summary>Seconds between scrapes.</summary>
    public int ScrapeInterval { get; init; } = 30;

    /// <summary>Events per second of all pods, in the mean of a day.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>How much the rate differs between day and night: 1 is between 0 and twice the mean.</summary>
    public double DailySwing { get; init; } = 0.7;

    /// <summary>The share of events that are bad while all is well.</summary>
    public double ErrorShare { get; init; } = 0.001;

    /// <summary>Incidents, of 2 minutes to 2 hours with 1 to 50 % errors, per day.</summary>
    public double IncidentsPerDay { get; init; } = 0.5;

    /// <summary>How often a pod's process ends and begins anew, per pod and day.</summary>
    public double RestartsPerDay { get; init; } = 1;

    /// <summary>Seconds that a restart takes, at most.</summary>
    public int LongestRestart { get; init; } = 40;

    /// <summary>The mean life of a pod until another takes its place, in days.</summary>
    public double PodLife { get; init; } = 2;

    /// <summary>Gaps in the samples of all or some pods, up to 5 min from sample to sample, per day. They are at least 15 min apart.</summary>
    public double GapsPerDay { get; init; } = 2;
}
