using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using SloRollback.Policies;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class CultureTests
{
    [Fact]
    public void The_hosts_culture_changes_neither_values_nor_messages()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        culture.NumberFormat.PercentSymbol = "pc";
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            var options = Reading.With(
                ("Settle", "1.5s"),
                ($"{Reading.Rule}:When:BurnRate:Lookback", "1.5h"),
                ($"{Reading.Rule}:When:BurnRate:Above", "14.4"),
                ($"{Reading.Rule}:When:BurnRate:SinceDeployment", "true"),
                ($"{Reading.Rule}:MinimumBad", "-1"));

            Assert.Equal([$"SloRollback:{Reading.Rule}:MinimumBad  \"-1\" is below 0"], Reading.Lines(options));
            Assert.Equal(1_500, options.Settings.Settle.TotalMilliseconds);
            Assert.Equal("is 1h: at 99.9% the condition fires inside it only above 2.2% errors", Assert.Single(options.Notices).Message);
            var code = Reading.Code(builder => builder.AddMonitoredService(
                "checkout", "production", service => service
                    .Objective("a", 99.9m, slo => slo
                        .Events(valid: "v", bad: "b")
                        .NotifyWhen("r", new BurnRateCondition { Lookback = NodaTime.Duration.FromHours(1), Above = 14.4m }, "log"))));
            Assert.Empty(Reading.Lines(code));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
