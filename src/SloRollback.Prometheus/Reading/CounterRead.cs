using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// One planned read. What the server finds too large, or refuses, is asked for in parts from then on, so that a fault stays with the
/// selector that has it: not more questions than a server can bear, and one alone while nothing can be read at all.
/// </summary>
internal sealed class CounterRead(PlannedRead read)
{
    /// <summary>The number of questions that one request asks at most to find out what it is that the server refuses.</summary>
    public const int MostQuestions = 64;

    private const int AtOnce = 4;

    // A server that was short of memory for a while may answer the whole again, or count its series.
    private const int ReadsToWait = 60;

    // Replaced as a whole: it is looked at while a request changes it.
    private ReadPart[] parts = [new ReadPart(read, 0)];
    private long asks;
    private int asksInParts;
    private int pause;
    private int resting;
    private int uncounted;
    private int series = -1;

    public PlannedRead Read => read;

    /// <summary>Number of series that are being sampled; <see langword="null"/> while that is not known.</summary>
    public int? SeriesCount => series < 0 ? null : series;

    /// <summary>What is asked for one by one.</summary>
    public IReadOnlyList<ReadPart> Parts => parts;

    /// <summary>Are the samples of what is asked for known up to the steps, so that only new ones are lacking?</summary>
    public bool Covers(StepWindow window, AskedSelectors asked) => Asked(asked).All(p => p.Covers(window));

    /// <summary>Why the newest question had no answer for a selector.</summary>
    /// <param name="selector">Index of the selector.</param>
    /// <param name="ofSums">Were sums asked for?</param>
    public SliOutcome? FailureOf(int selector, bool ofSums) => PartOf(selector).Failure(ofSums);

    /// <summary>The series of a selector, after raw samples were read.</summary>
    public IReadOnlyList<CounterSeries> SeriesOf(int selector) => PartOf(selector).SeriesOf(selector);

    /// <summary>The growth of a selector's counters, after sums were read.</summary>
    public SummedRow RowOf(int selector) => PartOf(selector).RowOf(selector);

    /// <summary>The number of samples of a selector of buckets, after estimates were read.</summary>
    public SummedRow SamplesOf(int selector) => PartOf(selector).SamplesOf(selector);

    /// <summary>
    /// Asks how many series there are, when that is not known, or when nobody has seen it for long since sums are read. Where it cannot be
    /// told, the read itself will say why.
    /// </summary>
    public async Task CountAsync(ReadContext context, bool isSummed, CancellationToken cancellationToken)
    {
        if ((series >= 0 && !isSummed) || uncounted-- > 0)
            return;

        uncounted = ReadsToWait;
        var count = new SingleValue();
        var answer = await context.AskAsync((client, ct) => client.ReadInstantAsync($"count({read.Selector})", context.Latest, count, ct), cancellationToken).ConfigureAwait(false);
        if (answer.Failure is null)
            series = (int)Math.Min(count.Value ?? 0, int.MaxValue);
    }

    /// <summary>Its samples are not kept any longer.</summary>
    public void Release() => Array.ForEach(parts, p => p.Release());

    /// <summary>Reads the raw samples that are lacking.</summary>
    public async Task ReadSamplesAsync(ReadContext context, AskedSelectors asked, CancellationToken cancellationToken)
    {
        await AskAsync(asked, ofSums: false, part => part.ReadSamplesAsync(context, asked, cancellationToken)).ConfigureAwait(false);
        if (Array.Exists(parts, p => p.Failure(ofSums: false) is null))
            series = parts.Sum(p => p.SampledSeries(context.ScrapeInterval));
    }

    /// <summary>Reads sums that the server makes.</summary>
    public Task ReadSumsAsync(ReadContext context, SumExpression sums, AskedSelectors asked, CancellationToken cancellationToken) =>
        AskAsync(asked, ofSums: true, part => part.ReadSumsAsync(context, sums, asked, cancellationToken));

    private async Task AskAsync(AskedSelectors asked, bool ofSums, Func<ReadPart, Task> ask)
    {
        if (await IsWholeAgainAsync(asked, ofSums, ask).ConfigureAwait(false))
            return;

        var (healthy, refused) = (Asked(asked).Where(p => !p.IsRefused).ToList(), Asked(asked).Where(p => p.IsRefused).OrderByDescending(p => p.Asked).ToList());
        refused.ForEach(p => p.Postpone(ofSums));
        await AskAsync(healthy, ask).ConfigureAwait(false);
        await SearchAsync(asked, healthy, refused, ask).ConfigureAwait(false);

        if (Asked(asked).Any(p => p.Failure(ofSums) is null))
            pause = 0;
        else if (parts.Length > 1 && parts.All(p => p.IsRefused))
            (parts, pause, resting) = ([ReadPart.Join(read, parts)], Math.Clamp(2 * pause, 1, ReadsToWait), Math.Clamp(2 * pause, 1, ReadsToWait));
    }

    // The parts stay until the whole was answered.
    private async Task<bool> IsWholeAgainAsync(AskedSelectors asked, bool ofSums, Func<ReadPart, Task> ask)
    {
        if (parts.Length == 1 || ++asksInParts <= ReadsToWait)
            return false;

        asksInParts = 0;
        var whole = new ReadPart(read, 0);
        await AskAsync([whole], ask).ConfigureAwait(false);
        if (whole.Failure(ofSums) is not null)
            return false;

        Array.ForEach(parts, whole.TakeOver);
        parts = [whole];
        return true;
    }

    // One half after the other, so that a single selector is found by few questions, and what can be read is found soon.
    private async Task SearchAsync(AskedSelectors asked, List<ReadPart> healthy, List<ReadPart> refused, Func<ReadPart, Task> ask)
    {
        var mayDivide = resting == 0;
        resting -= mayDivide ? 0 : 1;
        var pending = new Stack<ReadPart>(refused);
        var answered = healthy;
        for (var left = MostQuestions; ; left -= answered.Count)
        {
            foreach (var part in answered.Where(p => p.IsRefused && mayDivide))
            {
                if (part.Divide(asked) is not var (first, second))
                    continue;

                parts = [.. parts.SelectMany(p => ReferenceEquals(p, part) ? [first, second] : new[] { p })];
                asksInParts = 0;
                pending.Push(second);
                pending.Push(first);
            }

            answered = [.. Enumerable.Range(0, Math.Min(AtOnce, Math.Min(left, pending.Count))).Select(_ => pending.Pop())];
            if (answered.Count == 0)
                return;

            await AskAsync(answered, ask).ConfigureAwait(false);
        }
    }

    private Task AskAsync(IReadOnlyCollection<ReadPart> some, Func<ReadPart, Task> ask)
    {
        asks++;
        foreach (var part in some)
            part.Asked = asks;
        return Task.WhenAll(some.Select(ask));
    }

    private IEnumerable<ReadPart> Asked(AskedSelectors asked) => parts.Where(p => asked.CountIn(p) > 0);

    // Asked for every indicator and step, and nearly always there is one part.
    private ReadPart PartOf(int selector)
    {
        var index = parts.Length - 1;
        while (parts[index].Start > selector) index--;
        return parts[index];
    }

    private sealed class SingleValue : ISeriesSink
    {
        public double? Value { get; private set; }

        public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples) => Value = samples.IsEmpty ? Value : samples[^1].Value;
    }
}
