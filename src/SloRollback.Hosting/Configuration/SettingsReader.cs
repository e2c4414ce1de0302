using NodaTime;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Reads the settings of all services, layer by layer: a later layer overrides the members that it writes. A member that is wrong
/// keeps its value from below, so that one mistake causes one fault.
/// </summary>
internal sealed class SettingsReader
{
    private readonly HashSet<string> faulty = new(StringComparer.Ordinal);

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
        }

        if (Step is { } step && HumanDuration.Nanoseconds(step) % 1_000_000 != 0)
        {
            root.Fault(nameof(EngineSettings.Step), $"{HumanDuration.Format(step)} is not a whole number of milliseconds");
            faulty.Add(nameof(EngineSettings.Step));
        }
    }

    /// <summary>Checks what only all layers together can tell.</summary>
    public void CheckTogether(ConfigurationNode root)
    {
        if (!faulty.Contains(nameof(EngineSettings.Verification))
            && !faulty.Contains(nameof(EngineSettings.VerificationTimeout))
            && Settings.VerificationTimeout < Settings.Verification)
        {
            var (timeout, verification) = (HumanDuration.Format(Settings.VerificationTimeout), HumanDuration.Format(Settings.Verification));
            root.Fault(nameof(EngineSettings.VerificationTimeout), $"{timeout} is shorter than Verification, {verification}");
        }
    }
}
