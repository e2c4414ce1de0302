using NodaTime;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Reads how history is filled in, layer by layer, as settings are: a later layer overrides the members that it writes, and one that is
/// wrong keeps its value from below.
/// </summary>
internal static class BackFillReader
{
    public const string Key = "BackFill";

    private static readonly Duration LongestPause = Duration.FromHours(1);
    private static readonly Duration ShortestChunk = Duration.FromMinutes(1);
    private static readonly Duration LongestChunk = Duration.FromDays(30);

    public static BackFillOptions Read(ConfigurationNode root, BackFillOptions options)
    {
        if (root.IsAbsent(Key) || root.Child(Key) is not { } node || !node.CheckKeys(KnownKeys.BackFill))
            return options;

        return new BackFillOptions
        {
            Enabled = node.Value<bool>(nameof(options.Enabled), Number.TryParseFlag, options.Enabled) ?? options.Enabled,
            Pause = Length(node, nameof(options.Pause), Duration.Zero, LongestPause, options.Pause),
            Chunk = Length(node, nameof(options.Chunk), ShortestChunk, LongestChunk, options.Chunk),
        };
    }

    /// <summary>Writes what code changed as keys, so that it is read and checked like a file's.</summary>
    public static void Write(Dictionary<string, string?> keys, Func<string, string> pathOf, BackFillOptions before, BackFillOptions after)
    {
        Write(nameof(after.Enabled), before.Enabled ? "true" : "false", after.Enabled ? "true" : "false");
        Write(nameof(after.Pause), HumanDuration.Format(before.Pause), HumanDuration.Format(after.Pause));
        Write(nameof(after.Chunk), HumanDuration.Format(before.Chunk), HumanDuration.Format(after.Chunk));

        void Write(string name, string was, string now)
        {
            if (!string.Equals(was, now, StringComparison.Ordinal))
                keys[pathOf($"{Key}:{name}")] = now;
        }
    }

    private static Duration Length(ConfigurationNode node, string name, Duration minimum, Duration maximum, Duration below)
    {
        if (node.Value<Duration>(name, HumanDuration.TryParse, below) is not { } value)
            return below;
        if (value >= minimum && value <= maximum)
            return value;

        var range = $"{HumanDuration.Format(minimum)} to {HumanDuration.Format(maximum)}";
        node.Fault(name, $"\"{node.Child(name)?.Text}\" is outside its range, {range}");
        return below;
    }
}
