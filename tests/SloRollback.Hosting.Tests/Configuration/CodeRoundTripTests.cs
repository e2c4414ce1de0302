using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>Whatever valid definition code writes, the reader reads the same.</summary>
public sealed class CodeRoundTripTests
{
    public sealed record RuleSpec(
        string Id, Condition? When, bool IsRollback, Duration Window, RollbackMode Mode, long MinimumValid, long MinimumBad, string[] Notify);

    public sealed record Spec(decimal Target, Duration Period, string? Good, string Valid, RuleSpec[] Rules);

    [Property(Arbitrary = [typeof(Specs)], MaxTest = 300)]
    public void What_was_written_is_read(Spec spec)
    {
        var options = Reading.Code(builder => builder.AddMonitoredService("checkout", "production", service => service
            .DeployedOn("kubernetes", "eu", "shop/deployment/checkout")
            .Objective("slo", spec.Target, CompliancePeriod.Rolling(spec.Period), slo => Write(slo, spec))));

        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        var objective = Assert.Single(Assert.Single(options.Services).Objectives);
        Assert.Equal(spec.Target < 1 ? spec.Target : spec.Target / 100, objective.Target.Fraction);
        Assert.Equal(CompliancePeriod.Rolling(spec.Period), objective.Period);
        Assert.Equal(
            new Indicators.EventRatioIndicator { Source = "prometheus", Valid = spec.Valid, Good = spec.Good, Bad = spec.Good is null ? "bad" : null },
            objective.Indicator);
        Assert.Equal(spec.Rules.Length, objective.Rules.Length);
        foreach (var (expected, rule) in spec.Rules.Zip(objective.Rules))
            AssertSame(expected, rule, objective, options.Services[0].Target!);
    }

    private static void Write(ObjectiveBuilder slo, Spec spec)
    {
        slo.Events(valid: spec.Valid, good: spec.Good, bad: spec.Good is null ? "bad" : null);
        foreach (var rule in spec.Rules)
        {
            if (!rule.IsRollback)
            {
                slo.NotifyWhen(rule.Id, rule.When!, rule.Notify);
                continue;
            }

            slo.RollBack(rule.Id, rule.Window, rule.Mode, rule.When, more => more
                .AllowLongWindow()
                .MinimumEvents(rule.MinimumValid, rule.MinimumBad)
                .Notify(rule.Notify));
        }
    }

    private static void AssertSame(RuleSpec expected, PolicyRule rule, Objective objective, DeploymentTarget target)
    {
        Assert.Equal(expected.Id, rule.Id);
        Assert.Equal(expected.Notify, rule.Notify);
        if (!expected.IsRollback)
        {
            Assert.Equal(expected.When, rule.When);
            Assert.Null(rule.Rollback);
            return;
        }

        var action = new RollbackAction { Window = new RollbackWindow(expected.Window), Mode = expected.Mode, Target = target };
        Assert.Equal(action, rule.Rollback);
        Assert.Equal((expected.MinimumValid, expected.MinimumBad), (rule.MinimumValid, rule.MinimumBad));
        var period = ((RollingPeriod)objective.Period).Length;
        var written = expected.When ?? BurnRatePairs.Create("page", objective.Target, period, sinceDeployment: true)!;
        var guarded = new AllCondition { Conditions = [written, new BudgetConsumedSinceDeploymentCondition { Above = 0.01m }] };
        Assert.Equal(CountsSinceDeployment(written) ? written : guarded, rule.When);
    }

    private static bool CountsSinceDeployment(Condition condition) => condition switch
    {
        AllCondition all => all.Conditions.Any(CountsSinceDeployment),
        AnyCondition any => any.Conditions.Any(CountsSinceDeployment),
        BurnRateCondition burn => burn.SinceDeployment,
        MultiWindowBurnRateCondition burn => burn.SinceDeployment,
        ForCondition held => CountsSinceDeployment(held.Condition),
        BudgetConsumedSinceDeploymentCondition or TrafficLostCondition => true,
        _ => false,
    };

    public static class Specs
    {
        // Every look-back fits the shortest period, and every factor the lowest target.
        private static readonly Gen<Duration> Lookback = Gen.Choose(2, 1_440).Select(m => Duration.FromMinutes(m));
        private static readonly Gen<decimal> Factor = Gen.Choose(1, 19_999).Select(n => n / 10_000m);
        private static readonly Gen<decimal> Share = Gen.Choose(1, 99_999).Select(n => n / 100_000m);
        private static readonly Gen<Condition> Lost = Share.Select(share => (Condition)new TrafficLostCondition { BelowShare = share });

        // Of a short period the budget may be less than a second: what is overspent fits every one.
        private static readonly Gen<Condition>[] Others =
        [
            Share.Select(share => (Condition)new BudgetRemainingCondition { Below = (2 * share) - 1 }),
            Share.Select(share => (Condition)new BudgetRemainingCondition { Below = (share * 0.01m) - 10_000m, Unit = BudgetUnit.Minutes }),
            Gen.Choose(-1_000, 1_000_000).Select(n => (Condition)new BudgetRemainingCondition { Below = n, Unit = BudgetUnit.Events }),
            from lookback in Lookback from above in Factor select (Condition)new BudgetConsumedCondition { Lookback = lookback, Above = above },
            from lookback in Lookback from value in Share select (Condition)new SliBelowCondition { Lookback = lookback, Value = value },
        ];

        private static readonly Gen<bool> Flag = Gen.Elements(true, false);

        public static Arbitrary<Spec> Spec() => Definition.ToArbitrary();

        private static Gen<Spec> Definition =>
            from target in Gen.Elements(0.5m, 50m, 90m, 0.99m, 99.9m, 99.95m, 99.999m, 0.123456789m + 0.5m)
            from hours in Gen.Choose(24, 366 * 24)
            from millisecond in Gen.Choose(0, 999)
            from good in Gen.Elements<string?>(null, "good{a=\"b:c\"}")
            from valid in Gen.Elements("valid", "valid{code=~'5..'}", "sum / of % all")
            from count in Gen.Choose(0, 4)
                // At a low target the built-in pairs of a long period could never fire, and a rule must bring its own condition.
            from rules in Gen.CollectToSequence(Enumerable.Range(0, count).Select(i => Rule(i, target is >= 99 or (>= 0.99m and < 1))))
            let length = Duration.FromHours(hours) - Duration.FromMilliseconds(millisecond)
            select new Spec(target, Duration.Max(length, Duration.FromDays(1)), good, valid, [.. rules]);

        private static Gen<RuleSpec> Rule(int index, bool builtInsFit) =>
            from isRollback in Flag
            from hasCondition in Flag
            from condition in Conditions(3, isRollback)
            from seconds in Gen.Choose(60, 30 * 86_400)
            from mode in Gen.Elements(RollbackMode.Observe, RollbackMode.Approve, RollbackMode.Automatic)
            from valid in Gen.Choose(0, 100_000)
            from bad in Gen.Choose(0, 1_000)
            from notify in Gen.Elements<string[]>(["log"], ["log", "slack"], ["slack"])
            select new RuleSpec(
                $"rule-{index}", isRollback && builtInsFit && !hasCondition ? null : condition, isRollback, Duration.FromSeconds(seconds), mode, valid, bad, notify);

        private static Gen<Condition> Conditions(int depth, bool isRollback)
        {
            var burn =
                from lookback in Lookback
                from above in Factor
                from since in Flag
                select (Condition)new BurnRateCondition { Lookback = lookback, Above = above, SinceDeployment = since };
            var pair =
                from lookback in Lookback
                from shorter in Gen.Choose(1, (int)lookback.TotalMinutes - 1)
                from above in Factor
                from since in Flag
                select (Condition)new MultiWindowBurnRateCondition
                {
                    Long = lookback,
                    Short = Duration.FromMinutes(shorter),
                    Above = above,
                    SinceDeployment = since,
                };
            var budget = Factor.Select(above => (Condition)new BudgetConsumedSinceDeploymentCondition { Above = above });
            Gen<Condition>[] leaves = [burn, pair, budget, .. Others, .. isRollback ? [Lost] : Array.Empty<Gen<Condition>>()];
            if (depth == 0)
                return Gen.OneOf(leaves);

            var parts =
                from count in Gen.Choose(1, 12)
                from conditions in Gen.CollectToSequence(Enumerable.Repeat(Conditions(depth - 1, isRollback), depth == 3 ? count : Math.Min(count, 2)))
                select conditions.ToArray();
            var all = parts.Select(conditions => (Condition)new AllCondition { Conditions = [.. conditions] });
            var any = parts.Select(conditions => (Condition)new AnyCondition { Conditions = [.. conditions] });
            var held =
                from lookback in Lookback
                from condition in Conditions(depth - 1, isRollback)
                select (Condition)new ForCondition { Duration = lookback, Condition = condition };
            return Gen.OneOf([.. leaves, all, any, held]);
        }
    }
}
