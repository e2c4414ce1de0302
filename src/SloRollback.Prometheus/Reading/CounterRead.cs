using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// One planned read and what is known of its series. Raw samples are kept from one step to the next, so that a step costs the server
/// its new samples only; a stretch that does not follow is read anew. What is too large, or refused, is read in halves from then on:
/// a fault stays with the selector that has it.
/// </summary>
internal sealed class CounterRead(PlannedRead read)
{
    // Growth over longer gaps could not be booked anywhere any more.
    private const long GoneAfter = 7 * 60 * 60 * 1000;

    // When sums turn out to be too large, the samples that were read before in one piece are gone for this once.
    // A server that was short of memory for a while may answer the whole again.
    private const int AnswersInHalves = 60;

    private static readonly SliOutcome InHalves = SliOutcome.Failed(UnmeasuredReason.SourceError, "the query was cut in halves; they are asked for at the next step", transient: true);

    private (CounterRead First, CounterRead Second)? halves;
    private int answersInHalves;
    private SeriesStore? store;
    private AggregatedRows? rows;
    private AggregatedRows? samples;
    private long from;
    private long to;
    private int? counted;
    private SliOutcome? samplesFailure;
    private SliOutcome? sumsFailure;

    public PlannedRead Read => read;

    /// <summary>Number of series that the newest answer had; <see langword="null"/> before the first.</summary>
    public int? SeriesCount => halves is var (first, second) ? first.SeriesCount + second.SeriesCount : store?.Count ?? counted;

    /// <summary>The parts that are asked for.</summary>
    public IEnumerable<CounterRead> Parts => halves is var (first, second) ? [.. first.Parts, .. second.Parts] : [this];

    /// <summary>The time from which on its samples are known.</summary>
    public long From => from;

    /// <summary>Are its samples known up to the steps, so that only new ones are lacking?</summary>
    public bool Covers(in StepWindow window)
    {
        var (earliest, parts) = (window.Earliest, Parts);
        return parts.All(p => p.store is not null && p.from <= earliest && earliest <= p.to);
    }

    /// <summary>The series of targets that the newest samples have shown for the first time.</summary>
    public IEnumerable<CounterSeries> Appeared => store?.Appeared ?? [];

    /// <summary>Why the newest question had no answer for a selector.</summary>
    /// <param name="selector">Index of the selector.</param>
    /// <param name="ofSums">Were sums asked for?</param>
    public SliOutcome? FailureOf(int selector, bool ofSums)
    {
        var leaf = Leaf(ref selector);
        var (failure, isThere) = ofSums ? (leaf.sumsFailure, leaf.rows is not null) : (leaf.samplesFailure, leaf.store is not null);
        return failure ?? (isThere ? null : InHalves);
    }

    /// <summary>The series of a selector, after raw samples were read.</summary>
    public IReadOnlyList<CounterSeries> SeriesOf(int selector) => Leaf(ref selector).store!.Of(selector);

    /// <summary>The growth of a selector's counters, after sums were read.</summary>
    public SummedRow RowOf(int selector) => Leaf(ref selector).rows!.Of(selector);

    /// <summary>The number of samples of a selector of buckets, after estimates were read.</summary>
    public SummedRow SamplesOf(int selector) => Leaf(ref selector).samples!.Of(selector);

    /// <summary>Asks how many series there are. Where that cannot be told, the read itself will say why.</summary>
    public async Task CountAsync(ReadContext context, CancellationToken cancellationToken)
    {
        var count = new SingleValue();
        var answer = await context.AskAsync((client, ct) => client.ReadInstantAsync($"count({read.Selector})", context.Latest, count, ct), cancellationToken).ConfigureAwait(false);
        if (answer.Failure is null)
            counted = (int)Math.Min(count.Value ?? 0, int.MaxValue);
    }

    /// <summary>Reads the raw samples that are lacking.</summary>
    public Task ReadSamplesAsync(ReadContext context, CancellationToken cancellationToken) => AskAsync(
        async part =>
        {
            var answer = await part.AskForSamplesAsync(context, cancellationToken).ConfigureAwait(false);
            part.samplesFailure = answer.Failure;
            return answer;
        },
        part => part.ReadSamplesAsync(context, cancellationToken));

    /// <summary>Reads sums that the server makes.</summary>
    public Task ReadSumsAsync(ReadContext context, SumExpression sums, CancellationToken cancellationToken) => AskAsync(
        async part =>
        {
            var answer = await part.AskForSumsAsync(context, sums, cancellationToken).ConfigureAwait(false);
            part.sumsFailure = answer.Failure;
            return answer;
        },
        part => part.ReadSumsAsync(context, sums, cancellationToken));

    private async Task AskAsync(Func<CounterRead, Task<QueryAnswer>> ask, Func<CounterRead, Task> askPart)
    {
        if (halves is not null && ++answersInHalves > AnswersInHalves)
            halves = null;
        if (halves is null)
        {
            var answer = await ask(this).ConfigureAwait(false);
            var mayHelp = answer.IsTooLarge || answer.Failure is { Unmeasured: UnmeasuredReason.QueryRejected };
            if (!mayHelp || read.Split() is not var (one, other))
                return;

            halves = (new CounterRead(one), new CounterRead(other));
            (store, rows, samples, answersInHalves) = (null, null, null, 0);
        }

        var (first, second) = halves.Value;
        await Task.WhenAll(askPart(first), askPart(second)).ConfigureAwait(false);
    }

    private async Task<QueryAnswer> AskForSamplesAsync(ReadContext context, CancellationToken cancellationToken)
    {
        var window = context.Window;
        var isKnown = Covers(window);

        // Some of what is known already is asked for again, since samples come late; more when all of them do.
        var overlap = 2 * context.ScrapeInterval;
        var end = isKnown && store!.Newest < to - overlap ? Math.Max(from, store.Newest) : to;
        var begin = isKnown ? Math.Max(from, Math.Min(end, context.Latest) - overlap) : window.Earliest;
        var into = isKnown ? store! : new SeriesStore(read);


        // What appeared in an answer that broke off has appeared still.
        if (!isKnown || samplesFailure is null)
            into.BeginRead();
        var answer = await context.AskAsync((client, ct) => client.ReadSamplesAsync(read.Selector, begin, context.Latest, into, ct), cancellationToken).ConfigureAwait(false);
        if (answer is { Failure: null, HasHistograms: true })
            answer = QueryAnswer.Failed(UnmeasuredReason.QueryRejected, "the selector matches native histograms, not counters", transient: false);
        if (answer.Failure is not null)
            return answer;

        (store, from, to) = (into, isKnown ? Math.Max(from, window.Earliest) : window.Earliest, Math.Max(isKnown ? to : begin, context.Latest + 1));
        store.Forget(from, from - GoneAfter);
        return answer;
    }

    private async Task<QueryAnswer> AskForSumsAsync(ReadContext context, SumExpression sums, CancellationToken cancellationToken)
    {
        var answer = await AskForSumsAsync(context, sums, rows ??= new AggregatedRows(read), cancellationToken).ConfigureAwait(false);
        if (answer.Failure is not null || !sums.IsEstimate || !read.Labels.Contains(HistogramSelector.BoundLabel))
            return answer;

        return answer.Then(await AskForSumsAsync(context, sums.OfSamples, samples ??= new AggregatedRows(read), cancellationToken).ConfigureAwait(false));
    }

    private Task<QueryAnswer> AskForSumsAsync(ReadContext context, SumExpression sums, AggregatedRows into, CancellationToken cancellationToken)
    {
        into.BeginRead(context.Window, sums.Every);
        return context.AskAsync(
            (client, ct) => client.ReadRangeAsync(sums.Text(read), sums.First(context.Window), context.Window.End - 1, sums.Every, into, ct), cancellationToken);
    }

    private sealed class SingleValue : ISeriesSink
    {
        public double? Value { get; private set; }

        public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples) => Value = samples.IsEmpty ? Value : samples[^1].Value;
    }

    private CounterRead Leaf(ref int selector)
    {
        var leaf = this;
        while (leaf.halves is var (first, second))
        {
            var isFirst = selector < first.Read.Selectors.Length;
            selector -= isFirst ? 0 : first.Read.Selectors.Length;
            leaf = isFirst ? first : second;
        }

        return leaf;
    }
}
