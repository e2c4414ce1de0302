using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Sets;

/// <summary>The metrics of one framework, as data, and the indicators made of them.</summary>
internal sealed record IndicatorSet : IIndicatorSet
{
    public const string Job = "Job";
    public const string Where = "Where";
    public const string BadCodes = "BadCodes";
    public const string Threshold = "Threshold";

    public required string Name { get; init; }

    /// <summary>The counter of all events.</summary>
    public required string Events { get; init; }

    /// <summary>The histogram of their durations, without suffix.</summary>
    public required string Histogram { get; init; }

    /// <summary>The label that tells bad events.</summary>
    public required string CodeLabel { get; init; }

    /// <summary>Which of its values are bad, as an RE2 pattern of the whole value.</summary>
    public required string CodePattern { get; init; }

    /// <summary>The keys that narrow the indicator down, and the labels that they are compared with.</summary>
    public required ImmutableArray<(string Key, string Label)> Labels { get; init; }

    /// <summary>What always holds.</summary>
    public ImmutableArray<(string Label, string Value)> Fixed { get; init; } = [];

    public ImmutableArray<string> Keys => [.. Labels.Select(l => l.Key), Where, BadCodes, Threshold];

    public Indicator? Create(IndicatorSetRequest request, ICollection<ConfigurationFault> faults)
    {
        var matchers = Matchers(request, faults);
        var codes = request.Values.GetValueOrDefault(BadCodes);
        if (request.Threshold is not null && codes is not null)
            faults.Add(new ConfigurationFault(BadCodes, $"does not apply beside {Threshold}: a latency takes good events by their duration alone"));
        if (faults.Count > 0)
            return null;

        return request.Threshold is { } threshold
            ? new LatencyIndicator { Histogram = SelectorText.Of(Histogram, matchers), Threshold = threshold }
            : new EventRatioIndicator
            {
                Valid = SelectorText.Of(Events, matchers),
                Bad = SelectorText.Of(Events, [.. matchers, new LabelMatcher(CodeLabel, MatchOperator.Matches, codes ?? CodePattern, 0)]),
            };
    }

    /// <summary>The indicator that code asks for.</summary>
    /// <exception cref="ArgumentException">What is given narrows nothing down, or is no list of matchers.</exception>
    public T Create<T>(Duration? threshold, params ReadOnlySpan<(string Key, string? Value)> values)
        where T : Indicator
    {
        var written = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in values)
        {
            if (!string.IsNullOrEmpty(value))
                written[key] = value;
        }

        var faults = new List<ConfigurationFault>();
        var made = Create(new IndicatorSetRequest { Values = written.ToImmutable(), Threshold = threshold }, faults);
        return made as T ?? throw new ArgumentException(string.Join("; ", faults.Select(f => $"{f.Path} {f.Message}".Trim())));
    }

    private ImmutableArray<LabelMatcher> Matchers(IndicatorSetRequest request, ICollection<ConfigurationFault> faults)
    {
        var matchers = ImmutableArray.CreateBuilder<LabelMatcher>();
        foreach (var (key, label) in Labels)
        {
            if (request.Values.TryGetValue(key, out var value))
                matchers.Add(new LabelMatcher(label, MatchOperator.Equal, value, 0));
        }

        if (request.Values.TryGetValue(Where, out var where))
            matchers.AddRange(ReadWhere(where, faults));
        if (matchers.Count == 0 && faults.Count == 0)
            faults.Add(new ConfigurationFault("", $"measures every service that there is; say which is meant with {string.Join(", ", Labels.Select(l => l.Key))} or {Where}"));

        matchers.AddRange(Fixed.Select(f => new LabelMatcher(f.Label, MatchOperator.Equal, f.Value, 0)));
        return matchers.ToImmutable();
    }

    private static ImmutableArray<LabelMatcher> ReadWhere(string where, ICollection<ConfigurationFault> faults)
    {
        // Read on its own and written anew: braces in it are no way out.
        const string Start = "x{";
        if (!VectorSelectorParser.TryParse($"{Start}{where}}}", out var selector, out var error))
            faults.Add(new ConfigurationFault(Where, $"\"{where}\" is not a list of matchers such as namespace=\"shop\",cluster!=\"test\": at position {Math.Max(1, error.Position - Start.Length)}: {error.Message}"));
        else if (selector.Matchers.Length == 1)
            faults.Add(new ConfigurationFault(Where, "is empty"));
        else if (selector.Matchers.Skip(1).FirstOrDefault(m => m.Label is "le" or VectorSelector.NameLabel) is { } reserved)
            faults.Add(new ConfigurationFault(Where, $"a matcher of {reserved.Label} does not belong here: it follows from the set"));
        else
            return [.. selector.Matchers.Skip(1)];

        return [];
    }
}
