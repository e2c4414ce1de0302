using Microsoft.Extensions.Options;

namespace SloRollback.Prometheus;

/// <summary>Checks each option by its attributes.</summary>
[OptionsValidator]
internal sealed partial class PrometheusOptionsValidator : IValidateOptions<PrometheusOptions>;

/// <summary>Checks what attributes cannot say.</summary>
internal sealed class PrometheusOptionsRules : IValidateOptions<PrometheusOptions>
{
    public ValidateOptionsResult Validate(string? name, PrometheusOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.BaseAddress is { } address && HttpAddress.Problem(address) is { } problem)
            result.AddError(problem, nameof(options.BaseAddress));

        OptionRange.Check(result, options.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10), nameof(options.Timeout));
        OptionRange.Check(result, options.ScrapeInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10), nameof(options.ScrapeInterval));
        OptionRange.Check(result, options.GapTolerance, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(options.GapTolerance));

        foreach (var (header, value) in options.Headers)
        {
            // The value may be a secret: it is not repeated.
            if (header.Length == 0 || header.AsSpan().ContainsAnyExcept(HttpAddress.HeaderNameCharacters))
                result.AddError("A header has a name that HTTP does not allow.", nameof(options.Headers));
            else if (value is null || value.AsSpan().ContainsAny('\r', '\n', '\0'))
                result.AddError($"The value of the header {header} is missing or has a line break in it.", nameof(options.Headers));
        }

        return result.Build();
    }
}
