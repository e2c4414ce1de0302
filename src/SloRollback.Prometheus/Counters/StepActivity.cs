namespace SloRollback.Prometheus.Counters;

/// <summary>
/// For one indicator and each step: was it sampled; if not, was the source at work all the same? A step without samples is
/// <em>blank</em>, and <em>silent</em> when the source itself has nothing for it, not even of others.
/// </summary>
internal sealed class StepActivity
{
    private readonly long firstSeen;
    private readonly int[] blankBefore;
    private readonly int[] silentBefore;

    public StepActivity(in StepWindow window, SampledSteps first, SampledSteps second, Func<long, bool> isSourceAlive)
    {
        firstSeen = window.FirstSeen;
        blankBefore = new int[window.SeenCount + 1];
        silentBefore = new int[window.SeenCount + 1];
        for (var i = 0; i < window.SeenCount; i++)
        {
            var step = firstSeen + i;
            var isBlank = !first.IsSampled(step) && !second.IsSampled(step);
            blankBefore[i + 1] = blankBefore[i] + (isBlank ? 1 : 0);
            silentBefore[i + 1] = silentBefore[i] + (isBlank && !isSourceAlive(step) ? 1 : 0);
        }
    }

    public bool IsBlank(long step) => Blank(step, step + 1) > 0;

    public bool IsSilent(long step) => Silent(step, step + 1) > 0;

    /// <summary>Number of blank steps in <c>[from, before)</c>.</summary>
    public int Blank(long from, long before) => blankBefore[before - firstSeen] - blankBefore[from - firstSeen];

    /// <summary>Number of silent steps in <c>[from, before)</c>.</summary>
    public int Silent(long from, long before) => silentBefore[before - firstSeen] - silentBefore[from - firstSeen];
}
