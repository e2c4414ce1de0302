using System.Text.Json.Serialization;

namespace SloRollback.Indicators;

/// <summary>
/// A service level indicator: what is read from a metric source, step by step. The kinds are the sealed records that derive
/// from it; a metric source that does not know a kind answers <see cref="UnmeasuredReason.QueryRejected"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EventRatioIndicator), "eventRatio")]
[JsonDerivedType(typeof(LatencyIndicator), "latency")]
[JsonDerivedType(typeof(GaugeIndicator), "gauge")]
[JsonDerivedType(typeof(CompositeIndicator), "composite")]
public abstract record Indicator
{
    private protected Indicator()
    {
    }

    /// <summary>The name of the metric source to read from.</summary>
    /// <value>Empty means the only registered source.</value>
    public string Source { get => field ?? ""; init; } = "";
}
