namespace SloRollback.Hosting.Configuration;

/// <summary>What an objective's <c>Indicator</c> is written as.</summary>
internal enum IndicatorKind
{
    /// <summary>Nothing, or more than one kind.</summary>
    Unclear,
    Events,
    Latency,
    Gauge,
    Composite,
}
