using System.Collections.Immutable;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Reads the settings of all services, layer by layer: a later layer overrides the members that it writes. A member that is wrong
/// keeps its value from below, so that one mistake causes one fault.
/// </summary>
internal sealed class SettingsReader(IDateTimeZoneProvider zones)
{
    private readonly HashSet<string> faulty = new(StringComparer.Ordinal);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    public EngineSettings Settings { get; private set; } = new();

    /// <summary>The step; <see langword="null"/> when it could not be read, and nothing can be measured against it.</summary>
    public Duration? Step => faulty.Contains(nameof(EngineSettings.Step)) ? null : Settings.Step;

    public void Read(ConfigurationNode root)
    {
        foreach (var definition in SettingDefinitions.All)
        {
            if (definition.Read(root, Settings) is { } changed)
                Settings = changed;
            else
                faulty.Add(definition.Name);
            if (!root.IsAbsent(definition.Name))
                written.Add(definition.Name);
        }

        ReadDowntimes(root);
        if (Step is { } step && HumanDuration.Nanoseconds(step) % 1_000_000 != 0)
        {
            root.Fault(nameof(EngineSettings.Step), $"{HumanDuration.Format(step)} is not a whole number of milliseconds");
            faulty.Add(nameof(EngineSettings.Step));
        }
    }

    /// <summary>Drops the downtimes that were read, since others take their place.</summary>
    public void ForgetDowntimes() => Settings = Settings with { Downtimes = [] };

    /// <summary>Checks what only all layers together can tell.</summary>
    public void CheckTogether(ConfigurationNode root)
    {
        if (AreRead(nameof(EngineSettings.Verification), nameof(EngineSettings.VerificationTimeout))
            && Settings.VerificationTimeout < Settings.Verification)
        {
            var (timeout, verification) = (HumanDuration.Format(Settings.VerificationTimeout), HumanDuration.Format(Settings.Verification));
            root.Fault(nameof(EngineSettings.VerificationTimeout), $"{timeout} is shorter than Verification, {verification}");
        }

        CheckBuckets(root);
    }

    // The default of a bucket may not fit a step of one's own: the tracker rounds it up. What is written is meant.
    private void CheckBuckets(ConfigurationNode root)
    {
        const string Medium = nameof(EngineSettings.MediumBucket);
        const string Coarse = nameof(EngineSettings.CoarseBucket);
        if (written.Contains(Medium))
            CheckMultiple(root, Medium, Settings.MediumBucket, nameof(EngineSettings.Step), Settings.Step);
        if (written.Contains(Medium) || written.Contains(Coarse))
            CheckMultiple(root, Coarse, Settings.CoarseBucket, Medium, Settings.MediumBucket);
    }

    // A later layer overrides single downtimes by their id, as it overrides settings.
    private void ReadDowntimes(ConfigurationNode root)
    {
        ImmutableArray<Downtime> read = new DowntimeReader(zones).ReadAll(root);
        if (read.IsEmpty)
            return;

        var kept = Settings.Downtimes.Where(known => !read.Any(d => string.Equals(d.Id, known.Id, StringComparison.OrdinalIgnoreCase)));
        Settings = Settings with { Downtimes = [.. kept, .. read] };
    }

    private bool AreRead(string one, string other) => !faulty.Contains(one) && !faulty.Contains(other);

    private void CheckMultiple(ConfigurationNode root, string key, Duration value, string other, Duration unit)
    {
        if (AreRead(key, other) && HumanDuration.Nanoseconds(value) % HumanDuration.Nanoseconds(unit) != 0)
            root.Fault(key, $"{HumanDuration.Format(value)} is not a whole multiple of {other}, {HumanDuration.Format(unit)}");
    }
}
