using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads an indicator that is ready-made: the name of a set, and its keys beside it.</summary>
internal static class IndicatorSetReader
{
    private const string Threshold = "Threshold";

    /// <summary>The indicator; <see langword="null"/> when it is reported as wrong.</summary>
    public static Indicator? Read(ConfigurationNode place, ReaderContext context)
    {
        if (place.String("Set") is not { } name || Find(place, name, context) is not { } set)
            return null;
        if (!place.CheckKeys(new KeySet(place.Path, [.. KnownKeys.IndicatorSet, .. set.Keys])))
            return null;

        var before = context.Log.Faults.Length;
        var faults = new List<ConfigurationFault>();
        var request = Request(place, set);
        if (context.Log.Faults.Length > before)
            return null;

        var indicator = set.Create(request, faults);
        foreach (var (key, message) in faults)
            context.Log.Fault(key.Length == 0 ? place.Path : place.PathOf(key), message);
        return faults.Count == 0 ? indicator : null;
    }

    private static IIndicatorSet? Find(ConfigurationNode place, string name, ReaderContext context)
    {
        if (context.Sets.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase)) is { } set)
            return set;

        string[] known = [.. context.Sets.Select(s => s.Name).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        var suggestion = known.Length > 1 && Nearest.Find(name, known) is { } near ? $"did you mean \"{near}\"? " : "";
        context.Log.Unregistered(
            place.PathOf("Set"),
            known.Length == 0 ? $"\"{name}\" is not known: no metric source that is registered has ready-made indicators" : $"\"{name}\" is not known; {suggestion}known: {string.Join(", ", known)}");
        return null;
    }

    private static IndicatorSetRequest Request(ConfigurationNode place, IIndicatorSet set)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        Duration? threshold = null;
        foreach (var key in set.Keys.Where(key => !place.IsAbsent(key)))
        {
            if (key == Threshold)
            {
                threshold = place.Value<Duration>(key, HumanDuration.TryParse, null);
                if (threshold <= Duration.Zero)
                    place.Fault(key, $"{HumanDuration.Format(threshold.Value)} is not above 0; example: \"300ms\"");
            }
            else if (place.String(key) is { } text)
            {
                values[key] = text;
            }
        }

        return new IndicatorSetRequest { Values = values.ToImmutable(), Threshold = threshold };
    }
}
