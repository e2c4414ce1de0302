using System.Globalization;
using NodaTime;

namespace SloRollback.Hosting.Configuration;

/// <summary>One member of <see cref="EngineSettings"/>: how it is read, checked, applied and written.</summary>
/// <param name="Name">The member's name, which is its key.</param>
/// <param name="Range">The permitted values, for people.</param>
/// <param name="Read">The settings with what a place says, unchanged when that is nothing; <see langword="null"/> when it is wrong.</param>
/// <param name="Format">The member's value as configuration writes it.</param>
internal sealed record SettingDefinition(
    string Name,
    string Range,
    Func<ConfigurationNode, EngineSettings, EngineSettings?> Read,
    Func<EngineSettings, string> Format)
{
    public static SettingDefinition Of(
        string name,
        Duration minimum,
        Duration maximum,
        Func<EngineSettings, Duration> get,
        Func<EngineSettings, Duration, EngineSettings> set)
    {
        var range = $"{HumanDuration.Format(minimum)} to {HumanDuration.Format(maximum)}";
        return new(
            name,
            range,
            (node, settings) =>
                node.Value<Duration>(name, HumanDuration.TryParse, get(settings)) is { } value
                && IsInRange(node, name, range, value >= minimum && value <= maximum)
                    ? set(settings, value)
                    : null,
            settings => HumanDuration.Format(get(settings)));
    }

    public static SettingDefinition Of(
        string name,
        int minimum,
        int maximum,
        Func<EngineSettings, int> get,
        Func<EngineSettings, int, EngineSettings> set)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"{minimum} to {maximum}");
        return new(
            name,
            range,
            (node, settings) =>
                node.Value<long>(name, Number.TryParseCount, get(settings)) is { } value
                && IsInRange(node, name, range, value >= minimum && value <= maximum)
                    ? set(settings, (int)value)
                    : null,
            settings => get(settings).ToString(CultureInfo.InvariantCulture));
    }

    public static SettingDefinition Of(
        string name,
        Func<EngineSettings, bool> get,
        Func<EngineSettings, bool, EngineSettings> set) =>
        new(
            name,
            "true or false",
            (node, settings) => node.Value<bool>(name, Number.TryParseFlag, get(settings)) is { } value ? set(settings, value) : null,
            settings => get(settings) ? "true" : "false");

    private static bool IsInRange(ConfigurationNode node, string name, string range, bool isInRange)
    {
        if (!isInRange)
            node.Fault(name, $"\"{node.Child(name)?.Text}\" is outside its range, {range}");
        return isInRange;
    }
}
