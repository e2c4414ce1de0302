using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Hosting.Configuration;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class SettingsTests
{
    [Fact]
    public void Every_setting_can_be_configured() =>
        Assert.Equal(
            typeof(EngineSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name).Order(),
            SettingDefinitions.All.Select(definition => definition.Name).Append(nameof(EngineSettings.Downtimes)).Order());

    [Fact]
    public void Defaults_hold_where_nothing_is_written() => Assert.Equal(new EngineSettings(), Reading.With().Settings);

    [Fact]
    public void All_are_read()
    {
        var expected = new EngineSettings
        {
            Step = Duration.FromSeconds(1),
            Settle = Duration.FromMilliseconds(500),
            ReplaySteps = 7,
            StepsKept = Duration.FromMinutes(8),
            MediumBucket = Duration.FromSeconds(9),
            MediumBucketsKept = Duration.FromMinutes(9),
            CoarseBucket = Duration.FromSeconds(27),
            BakeTime = Duration.FromSeconds(10),
            Cooldown = Duration.FromSeconds(11),
            RateLimit = 12,
            RateLimitPeriod = Duration.FromSeconds(13),
            ApprovalTimeout = Duration.FromSeconds(14),
            ExecutionTimeout = Duration.FromSeconds(15),
            Verification = Duration.FromSeconds(16),
            VerificationTimeout = Duration.FromSeconds(17),
            Quarantine = Duration.FromSeconds(18),
            MaximumRolloutAge = Duration.FromSeconds(19),
            HistoryMaximumAge = Duration.FromSeconds(20),
            CannotSeeAfter = 21,
            AllowVolatileJournal = true,
        };
        var written = SettingDefinitions.All.Select(d => (d.Name, (string?)d.Format(expected))).ToArray();

        var options = Reading.With(written);

        Assert.Empty(Reading.Lines(options));
        Assert.Equal(expected, options.Settings);
    }

    [Theory]
    [InlineData("Step", "500ms", "\"500ms\" is outside its range, 1s to 1h")]
    [InlineData("Step", "61m", "\"61m\" is outside its range, 1s to 1h")]
    [InlineData("Step", "1.0005s", "1s0.5ms is not a whole number of milliseconds")]
    [InlineData("Settle", "2h", "\"2h\" is outside its range, 0s to 1h")]
    [InlineData("ReplaySteps", "0", "\"0\" is outside its range, 1 to 100000")]
    [InlineData("RateLimit", "99999999999999999999", "\"99999999999999999999\" is not a whole number; examples: 5, 100")]
    [InlineData("MaximumRolloutAge", "31d", "\"31d\" is outside its range, 1s to 30d")]
    [InlineData("AllowVolatileJournal", "perhaps", "\"perhaps\" is neither true nor false")]
    [InlineData("StepsKept", "59s", "\"59s\" is outside its range, 1m to 7d")]
    [InlineData("MediumBucket", "25h", "\"25h\" is outside its range, 1s to 1d")]
    [InlineData("MediumBucketsKept", "367d", "\"367d\" is outside its range, 1m to 366d")]
    [InlineData("CoarseBucket", "0", "\"0\" is outside its range, 1s to 7d")]
    [InlineData("MediumBucket", "90s", "1m30s is not a whole multiple of Step, 1m")]
    [InlineData("MediumBucket", "30s", "30s is not a whole multiple of Step, 1m")]
    [InlineData("CoarseBucket", "25m", "25m is not a whole multiple of MediumBucket, 10m")]
    [InlineData("EvidenceDirectory", "", "is empty; give it a value or leave it out")]
    public void Out_of_range(string key, string value, string message) =>
        Assert.Equal([$"SloRollback:{key}  {message}"], Reading.Lines(Reading.With((key, value))));

    [Fact]
    public void A_bucket_that_is_written_must_divide_the_next() =>
        Assert.Equal(
            ["SloRollback:CoarseBucket  3h is not a whole multiple of MediumBucket, 7m"],
            Reading.Lines(Reading.With(("MediumBucket", "7m"))));

    [Theory]
    [InlineData("45s")]
    [InlineData("1h")]
    public void The_defaults_of_buckets_fit_any_step(string step)
    {
        var lines = Reading.Lines(Reading.With(
            ("Step", step), ($"{Reading.Rule}:When:BudgetConsumedSinceDeployment", "1%"), ($"{Reading.Rule}:Rollback:Window", "2h")));

        Assert.Empty(lines);
    }

    [Fact]
    public void A_verification_must_fit_its_timeout() =>
        Assert.Equal(
            ["SloRollback:VerificationTimeout  30m is shorter than Verification, 1h"],
            Reading.Lines(Reading.With(("Verification", "1h"))));

    [Fact]
    public void Code_wins_over_files_member_by_member()
    {
        var options = Reading.Code(
            builder => builder
                .WithSettings(s => s with { Step = Duration.FromSeconds(10) })
                .WithSettings(s => s with { RateLimit = s.RateLimit + 1 })
                .WithEvidenceDirectory("from-code"),
            """{ "SloRollback": { "Step": "5s", "Settle": "2s", "RateLimit": 7, "EvidenceDirectory": "from-file" } }""");

        Assert.Equal(
            new EngineSettings { Step = Duration.FromSeconds(10), Settle = Duration.FromSeconds(2), RateLimit = 8 },
            options.Settings);
        Assert.Equal("from-code", options.EvidenceDirectory);
    }

    [Fact]
    public void Code_is_checked_like_a_file() =>
        Assert.Contains(
            "SloRollback:Step  \"2h\" is outside its range, 1s to 1h",
            Reading.Lines(Reading.Code(builder => builder.WithSettings(s => s with { Step = Duration.FromHours(2) }))));

    [Fact]
    public void Code_can_put_right_what_a_file_alone_would_not_be() =>
        Assert.DoesNotContain(
            Reading.Lines(Reading.Code(
                builder => builder.WithSettings(s => s with { VerificationTimeout = Duration.FromHours(2) }),
                """{ "SloRollback": { "Verification": "1h" } }""")),
            line => line.Contains("Verification", StringComparison.Ordinal));
}
