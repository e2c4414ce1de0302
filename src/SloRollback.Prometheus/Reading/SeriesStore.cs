using System.Diagnostics.CodeAnalysis;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Scraping;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// The series of one read and their samples, found by their labels as the server writes them: a series that is known costs a look-up
/// of its bytes, and no text.
/// </summary>
internal sealed class SeriesStore : ISeriesSink
{
    // What nobody asked for is forgotten after so many reads, and looked at again if it is still there: pods come and go for ever.
    private const int ReadsToRemember = 60;

    private readonly SelectorIndex index;
    private readonly Dictionary<byte[], CounterSeries?> series = new(LabelBytes.Comparer);
    private readonly Dictionary<byte[], CounterSeries?>.AlternateLookup<ReadOnlySpan<byte>> byLabels;
    private readonly Dictionary<string, string> targets = new(StringComparer.Ordinal);
    private readonly HashSet<string> newTargets = new(StringComparer.Ordinal);
    private readonly List<CounterSeries> appeared = [];
    private readonly Dictionary<CounterSeries, long> births = [];
    private readonly List<CounterSeries>[] bySelector;
    private int reads;
    private int ignored;

    public SeriesStore(PlannedRead read)
    {
        index = new SelectorIndex(read);
        byLabels = series.GetAlternateLookup<ReadOnlySpan<byte>>();
        bySelector = [.. read.Selectors.Select(_ => new List<CounterSeries>())];
    }

    /// <summary>Number of series, those that nobody asked for included.</summary>
    public int Count => series.Count;

    /// <summary>The time of the newest sample; the earliest time there is before the first.</summary>
    public long Newest { get; private set; } = long.MinValue;

    /// <summary>The series of targets that were seen for the first time since <see cref="BeginRead"/>.</summary>
    public IReadOnlyList<CounterSeries> Appeared => appeared;

    /// <summary>The series of one of the read's selectors.</summary>
    public IReadOnlyList<CounterSeries> Of(int selector) => bySelector[selector];

    /// <summary>What appears from now on is of another answer.</summary>
    public void BeginRead()
    {
        newTargets.Clear();
        appeared.Clear();
    }

    /// <summary>What was counted of series that nobody asked for is of the answer before.</summary>
    public void BeginAnswer() => ignored = 0;

    /// <summary>Number of series that are being sampled, by the newest answer; those that nobody asked for included.</summary>
    /// <param name="scrapeInterval">The time between two samples of a series, in milliseconds.</param>
    public int Sampled(long scrapeInterval) => ignored + series.Values.Count(s => s is { Samples: [.., var last] } && last.Time > Newest - (2 * scrapeInterval));

    /// <summary>Says of a counter that its oldest sample is the first ever, and counts from 0.</summary>
    public void MarkBirth(CounterSeries one)
    {
        one.MarkBirth();
        births[one] = one.Samples[0].Time;
    }

    /// <summary>Says it again of counters whose oldest sample was forgotten, and has been read again.</summary>
    public void RestoreBirths()
    {
        foreach (var (one, time) in births)
        {
            if (one.Samples is [var oldest, ..] && oldest.Time == time)
                one.MarkBirth();
        }
    }

    /// <summary>Takes over the samples of another store, as far as they are asked for here.</summary>
    public void TakeOver(SeriesStore other)
    {
        foreach (var (labels, one) in other.series)
        {
            if (one is null)
                continue;

            var samples = new Sample[one.Samples.Length];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = new Sample(one.Samples[i].Time, one.Samples[i].Value);
            Add(labels, samples);
            if (other.births.TryGetValue(one, out var birth) && series[labels] is { } mine)
                births[mine] = birth;
        }

        RestoreBirths();
        BeginRead();
        BeginAnswer();
    }

    public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
    {
        if (samples is [.., var newest] && newest.Time > Newest)
            Newest = newest.Time;
        if (!byLabels.TryGetValue(labels, out var one))
            byLabels[labels] = one = Create(new LabelsJson(labels));
        if (one is null)
            ignored++;
        else
            one.Add(samples);
    }

    /// <summary>Drops what was sampled before a time, but for each counter's value then, and counters that were not sampled for long.</summary>
    public void Forget(long before, long goneBefore)
    {
        List<byte[]>? gone = null;
        var forgetsIgnored = ++reads % ReadsToRemember == 0;
        foreach (var (labels, one) in series)
        {
            one?.Forget(before);
            if (one is { Samples: [.., var last] } ? last.Time < goneBefore : one is null && forgetsIgnored)
                (gone ??= []).Add(labels);
        }

        if (gone is null)
            return;

        foreach (var labels in gone)
        {
            if (series.Remove(labels, out var one) && one is not null)
                births.Remove(one);
        }

        Array.ForEach(bySelector, of => of.RemoveAll(s => s.Samples is [.., var last] && last.Time < goneBefore));

        // The address of a pod that is gone may be another's one day.
        var kept = series.Values.OfType<CounterSeries>().Select(s => s.Target).ToHashSet(StringComparer.Ordinal);
        foreach (var target in targets.Keys.Where(t => !kept.Contains(t)).ToList())
            targets.Remove(target);
    }

    // What nobody asked for is remembered as such, without samples.
    private CounterSeries? Create(LabelsJson json)
    {
        var labels = new List<(string, string)>();
        foreach (var label in json)
            labels.Add((label.Name, label.Value));

        var set = new LabelSet(labels);
        var selectors = index.Find(set);
        if (selectors.Length == 0)
            return null;

        var created = new CounterSeries(Target(set), []) { Histogram = set["le"].Length == 0 ? "" : set.NameWithout("le") };
        foreach (var selector in selectors)
            bySelector[selector].Add(created);
        if (newTargets.Contains(created.Target))
            appeared.Add(created);
        return created;
    }

    // Many series are of one target: one text serves them all.
    private string Target(LabelSet labels)
    {
        var target = TargetIdentity.Of(labels["job"], labels["instance"]);
        if (!targets.TryGetValue(target, out var known))
        {
            targets[target] = known = target;
            newTargets.Add(target);
        }

        return known;
    }
}

/// <summary>Compares labels byte by byte.</summary>
internal sealed class LabelBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static LabelBytes Comparer { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
