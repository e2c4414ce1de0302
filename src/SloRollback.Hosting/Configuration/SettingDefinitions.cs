using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Hosting.Configuration;

/// <summary>Every member of <see cref="EngineSettings"/>, with the range that its summary or SEMANTICS gives it.</summary>
internal static class SettingDefinitions
{
    private static readonly Duration Second = Duration.FromSeconds(1);
    private static readonly Duration Minute = Duration.FromMinutes(1);
    private static readonly Duration Hour = Duration.FromHours(1);
    private static readonly Duration Day = Duration.FromDays(1);

    public static ImmutableArray<SettingDefinition> All { get; } =
    [
        SettingDefinition.Of(nameof(EngineSettings.Step), Second, Hour, s => s.Step, (s, v) => s with { Step = v }),
        SettingDefinition.Of(nameof(EngineSettings.Settle), Duration.Zero, Hour, s => s.Settle, (s, v) => s with { Settle = v }),
        SettingDefinition.Of(nameof(EngineSettings.ReplaySteps), 1, 100_000, s => s.ReplaySteps, (s, v) => s with { ReplaySteps = v }),
        SettingDefinition.Of(nameof(EngineSettings.StepsKept), Minute, 7 * Day, s => s.StepsKept, (s, v) => s with { StepsKept = v }),
        SettingDefinition.Of(nameof(EngineSettings.MediumBucket), Second, Day, s => s.MediumBucket, (s, v) => s with { MediumBucket = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.MediumBucketsKept),
            Minute,
            366 * Day,
            s => s.MediumBucketsKept,
            (s, v) => s with { MediumBucketsKept = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.CoarseBucket), Second, 7 * Day, s => s.CoarseBucket, (s, v) => s with { CoarseBucket = v }),
        SettingDefinition.Of(nameof(EngineSettings.BakeTime), Duration.Zero, 30 * Day, s => s.BakeTime, (s, v) => s with { BakeTime = v }),
        SettingDefinition.Of(nameof(EngineSettings.Cooldown), Duration.Zero, 30 * Day, s => s.Cooldown, (s, v) => s with { Cooldown = v }),
        SettingDefinition.Of(nameof(EngineSettings.RateLimit), 1, 1_000, s => s.RateLimit, (s, v) => s with { RateLimit = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.RateLimitPeriod), Second, 30 * Day, s => s.RateLimitPeriod, (s, v) => s with { RateLimitPeriod = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.ApprovalTimeout), Second, 7 * Day, s => s.ApprovalTimeout, (s, v) => s with { ApprovalTimeout = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.ExecutionTimeout), Second, Day, s => s.ExecutionTimeout, (s, v) => s with { ExecutionTimeout = v }),
        SettingDefinition.Of(nameof(EngineSettings.Verification), Second, Day, s => s.Verification, (s, v) => s with { Verification = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.VerificationTimeout),
            Second,
            7 * Day,
            s => s.VerificationTimeout,
            (s, v) => s with { VerificationTimeout = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.Quarantine), Duration.Zero, 366 * Day, s => s.Quarantine, (s, v) => s with { Quarantine = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.MaximumRolloutAge),
            Second,
            30 * Day,
            s => s.MaximumRolloutAge,
            (s, v) => s with { MaximumRolloutAge = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.HistoryMaximumAge), Second, Day, s => s.HistoryMaximumAge, (s, v) => s with { HistoryMaximumAge = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.CannotSeeAfter), 1, 1_000, s => s.CannotSeeAfter, (s, v) => s with { CannotSeeAfter = v }),
        SettingDefinition.Of(
            nameof(EngineSettings.AllowVolatileJournal), s => s.AllowVolatileJournal, (s, v) => s with { AllowVolatileJournal = v }),
    ];
}
