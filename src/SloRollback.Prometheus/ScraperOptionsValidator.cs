using Microsoft.Extensions.Options;

namespace SloRollback.Prometheus;

/// <summary>Checks each option by its attributes.</summary>
[OptionsValidator]
internal sealed partial class ScraperOptionsValidator : IValidateOptions<ScraperOptions>;

/// <summary>Checks what attributes cannot say.</summary>
internal sealed class ScraperOptionsRules : IValidateOptions<ScraperOptions>
{
    public ValidateOptionsResult Validate(string? name, ScraperOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Targets.Count == 0 && options.TargetProvider is null)
            result.AddError("Give the addresses to scrape, such as http://localhost:8080/metrics.", nameof(options.Targets));

        for (var i = 0; i < options.Targets.Count; i++)
        {
            if (options.Targets[i] is not { } target)
                result.AddError("An address is missing.", $"{nameof(options.Targets)}:{i}");
            else if (HttpAddress.Problem(target) is { } problem)
                result.AddError(problem, $"{nameof(options.Targets)}:{i}");
        }

        OptionRange.Check(result, options.ScrapeInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10), nameof(options.ScrapeInterval));
        OptionRange.Check(result, options.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10), nameof(options.Timeout));
        OptionRange.Check(result, options.Retention, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7), nameof(options.Retention));
        OptionRange.Check(result, options.GapTolerance, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(options.GapTolerance));
        if (options.GapTolerance < options.ScrapeInterval)
            result.AddError("It is shorter than ScrapeInterval, so no two samples would ever belong together.", nameof(options.GapTolerance));

        return result.Build();
    }
}
