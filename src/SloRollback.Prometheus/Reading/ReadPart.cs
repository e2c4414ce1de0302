using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// What one question asks for: all selectors of a planned read, or some that are neighbours in it; and what is known of their series.
/// Raw samples are kept from one step to the next, so that a step costs the server its new samples only.
/// </summary>
/// <param name="read">The selectors.</param>
/// <param name="start">Index of the first of them in the planned read.</param>
internal sealed class ReadPart(PlannedRead read, int start)
{
    // Growth over longer gaps could not be booked anywhere any more.
    private const long GoneAfter = 7 * 60 * 60 * 1000;

    private static readonly SliOutcome NotAsked = SliOutcome.Failed(UnmeasuredReason.SourceError, "the query was refused and cut in parts; this one is asked for at the next step", transient: true);

    // Those that were given the newest samples since they were asked for.
    private readonly bool[] served = new bool[read.Selectors.Length];

    private SeriesStore? store;
    private AggregatedRows? rows;
    private AggregatedRows? samples;
    private long from;
    private long to;
    private long newestEnd;
    private SliOutcome? samplesFailure = NotAsked;
    private SliOutcome? sumsFailure = NotAsked;

    public PlannedRead Read => read;

    public int Start => start;

    /// <summary>Did the server refuse the newest question, or one that it was part of, so that smaller ones may have an answer?</summary>
    public bool IsRefused { get; private set; }

    /// <summary>When it was asked last, in a count of the planned read's questions.</summary>
    public long Asked { get; set; }

    /// <summary>The time from which on its samples are known.</summary>
    public long From => from;

    /// <summary>Number of series that are being sampled; 0 while no samples are read.</summary>
    public int SampledSeries(long scrapeInterval) => store?.Sampled(scrapeInterval) ?? 0;

    /// <summary>The series of targets that the newest samples have shown for the first time.</summary>
    public IEnumerable<CounterSeries> Appeared => store?.Appeared ?? [];

    /// <summary>Says of a counter that its oldest sample is the first ever, and counts from 0.</summary>
    public void MarkBirth(CounterSeries one) => store?.MarkBirth(one);

    /// <summary>Are its samples known up to the steps, so that only new ones are lacking?</summary>
    public bool Covers(in StepWindow window) => store is not null && from <= window.Earliest && window.Earliest <= to;

    /// <summary>Why the newest question had no answer.</summary>
    public SliOutcome? Failure(bool ofSums) => ofSums ? sumsFailure : samplesFailure;

    /// <summary>The series of a selector, by its index in the planned read, after raw samples were read.</summary>
    public IReadOnlyList<CounterSeries> SeriesOf(int selector) => store!.Of(selector - start);

    /// <summary>The growth of a selector's counters, after sums were read.</summary>
    public SummedRow RowOf(int selector) => rows!.Of(selector - start);

    /// <summary>The number of samples of a selector of buckets, after estimates were read.</summary>
    public SummedRow SamplesOf(int selector) => samples!.Of(selector - start);

    /// <summary>Says that it has no answer unless it is asked: an older one is of other steps.</summary>
    public void Postpone(bool ofSums)
    {
        if (ofSums)
            sumsFailure ??= NotAsked;
        else
            samplesFailure ??= NotAsked;
    }

    /// <summary>Its samples are not kept any longer.</summary>
    public void Release() => (store, samplesFailure) = (null, NotAsked);

    /// <summary>Reads the raw samples that are lacking.</summary>
    public async Task ReadSamplesAsync(ReadContext context, AskedSelectors asked, CancellationToken cancellationToken) =>
        samplesFailure = Note(await AskForSamplesAsync(context, asked, cancellationToken).ConfigureAwait(false));

    /// <summary>Reads sums that the server makes, of what is asked for.</summary>
    public async Task ReadSumsAsync(ReadContext context, SumExpression sums, AskedSelectors asked, CancellationToken cancellationToken) =>
        sumsFailure = Note(await AskForSumsAsync(context, sums, asked.Of(this), cancellationToken).ConfigureAwait(false));

    /// <summary>The same in two parts, each with about half of what is asked for; <see langword="null"/> when that is one selector.</summary>
    public (ReadPart First, ReadPart Second)? Divide(AskedSelectors asked)
    {
        var count = asked.CountIn(this);
        if (count < 2)
            return null;

        var at = 0;
        for (var before = 0; before < count / 2; at++)
            before += asked.IsAsked(start + at) ? 1 : 0;
        return (Part(0, at), Part(at, read.Selectors.Length));

        ReadPart Part(int first, int end)
        {
            var part = new ReadPart(new PlannedRead(read.Selectors[first..end]), start + first) { IsRefused = true };
            part.TakeOver(this);
            if (store is not null)
                (part.from, part.to) = (from, to);
            return part;
        }
    }

    /// <summary>The parts as one again, that fails as they did.</summary>
    public static ReadPart Join(PlannedRead whole, IReadOnlyList<ReadPart> parts)
    {
        var refused = parts.MaxBy(p => p.Asked)!;
        var joined = new ReadPart(whole, 0) { IsRefused = true, samplesFailure = refused.samplesFailure, sumsFailure = refused.sumsFailure };
        if (parts.Any(p => p.store is null))
            return joined;

        foreach (var part in parts)
            joined.TakeOver(part);
        (joined.from, joined.to) = (parts.Max(p => p.from), parts.Min(p => p.to));
        return joined;
    }

    /// <summary>Takes over the samples that were kept for some of the same selectors: what was long ago is not asked for again.</summary>
    public void TakeOver(ReadPart other)
    {
        if (other.store is not null)
            (store ??= new SeriesStore(read)).TakeOver(other.store);
    }

    private SliOutcome? Note(QueryAnswer answer)
    {
        IsRefused = answer.IsTooLarge || answer.Failure is { Unmeasured: UnmeasuredReason.QueryRejected };
        return answer.Failure;
    }

    private async Task<QueryAnswer> AskForSamplesAsync(ReadContext context, AskedSelectors asked, CancellationToken cancellationToken)
    {
        // What is known is of use for steps that follow, and for some of the same that are read again.
        var window = context.Window;
        var overlap = 2 * context.ScrapeInterval;
        var isKnown = store is not null && window.Earliest <= to && context.Latest + overlap >= to;
        var into = isKnown ? store! : new SeriesStore(read);

        // What appeared in an answer that broke off has appeared still.
        if (samplesFailure is null)
            into.BeginRead();
        if (!isKnown)
            return await AskForNewestAsync(context, into, window.Earliest, window.Earliest, asked, cancellationToken).ConfigureAwait(false);

        // Further back than what is kept only for those that ask: there are few of them, and the others have no use for it.
        var earlier = new QueryAnswer();
        if (window.Earliest < from)
        {
            earlier = await AskAsync(context, asked.Of(this).Selector, window.Earliest, from - 1, into, cancellationToken).ConfigureAwait(false);
            into.RestoreBirths();
            if (earlier.Failure is not null)
                return earlier;
            if (asked.CountIn(this) == read.Selectors.Length)
                from = window.Earliest;
        }

        // Others have read the same steps just now. Whoever asks again wants to know what is new.
        if (window.End == newestEnd && context.Latest < to + context.ScrapeInterval && !asked.Note(this, served))
            return earlier;

        // Some of what is known already is asked for again, since samples come late; more when all of them do.
        var end = into.Newest < to - overlap ? Math.Max(from, into.Newest) : to;
        var begin = Math.Max(from, Math.Min(end, context.Latest) - overlap);
        return earlier.Then(await AskForNewestAsync(context, into, begin, from, asked, cancellationToken).ConfigureAwait(false));
    }

    private async Task<QueryAnswer> AskForNewestAsync(
        ReadContext context, SeriesStore into, long begin, long since, AskedSelectors asked, CancellationToken cancellationToken)
    {
        into.BeginAnswer();
        var answer = await AskAsync(context, read.Selector, begin, context.Latest, into, cancellationToken).ConfigureAwait(false);
        if (answer.Failure is not null)
            return answer;

        (to, store, newestEnd) = (Math.Max(ReferenceEquals(into, store) ? to : begin, context.Latest + 1), into, context.Window.End);
        from = Math.Max(since, context.Window.Earliest);
        Array.Clear(served);
        asked.Note(this, served);
        store.Forget(context.Window.Earliest, context.Window.Earliest - GoneAfter);
        return answer;
    }

    private static async Task<QueryAnswer> AskAsync(ReadContext context, string selector, long begin, long end, SeriesStore into, CancellationToken cancellationToken)
    {
        var answer = await context.AskAsync((client, ct) => client.ReadSamplesAsync(selector, begin, end, into, ct), cancellationToken).ConfigureAwait(false);
        return answer is { Failure: null, HasHistograms: true }
            ? QueryAnswer.Failed(UnmeasuredReason.QueryRejected, "the selector matches native histograms, not counters", transient: false)
            : answer;
    }

    private async Task<QueryAnswer> AskForSumsAsync(ReadContext context, SumExpression sums, PlannedRead asked, CancellationToken cancellationToken)
    {
        var answer = await AskForSumsAsync(context, sums, asked, rows ??= new AggregatedRows(read), cancellationToken).ConfigureAwait(false);
        if (answer.Failure is not null || !sums.IsEstimate || !asked.Labels.Contains(HistogramSelector.BoundLabel))
            return answer;

        return answer.Then(await AskForSumsAsync(context, sums.OfSamples, asked, samples ??= new AggregatedRows(read), cancellationToken).ConfigureAwait(false));
    }

    private static Task<QueryAnswer> AskForSumsAsync(ReadContext context, SumExpression sums, PlannedRead asked, AggregatedRows into, CancellationToken cancellationToken)
    {
        into.BeginRead(context.Window, sums.Every);
        return context.AskAsync(
            (client, ct) => client.ReadRangeAsync(sums.Text(asked), sums.First(context.Window), context.Window.End - 1, sums.Every, into, ct), cancellationToken);
    }
}
