namespace SloRollback.Prometheus.Counters;

/// <summary>What was read for one selector: its series, and in which steps they were sampled.</summary>
/// <param name="Series">The series that matched.</param>
/// <param name="Sampled">Their samples by step.</param>
internal sealed record SelectorSeries(IReadOnlyList<CounterSeries> Series, SampledSteps Sampled)
{
    public static SelectorSeries Create(IReadOnlyList<CounterSeries> series, in StepWindow window)
    {
        var sampled = new SampledSteps(window);
        sampled.Read(series);
        return new SelectorSeries(series, sampled);
    }
}
