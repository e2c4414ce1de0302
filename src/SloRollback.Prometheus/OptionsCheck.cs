using Microsoft.Extensions.Options;

namespace SloRollback.Prometheus;

/// <summary>Reports what is wrong with options as faults of the configuration.</summary>
internal static class OptionsCheck
{
    public static void Run(ConfigurationCheckContext context, string section, Action readOptions)
    {
        try
        {
            readOptions();
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures)
                Report(context, section, failure);
        }
        catch (InvalidOperationException e)
        {
            // The binder: a text that is no time span, number or address. Its message names the path, not the text's secrets.
            context.Report(section, e.Message);
        }
    }

    private static void Report(ConfigurationCheckContext context, string section, string failure)
    {
        // "Property Timeout: message" is what the builder of validation results makes of a member's name.
        const string Prefix = "Property ";
        var colon = failure.IndexOf(": ", StringComparison.Ordinal);
        if (failure.StartsWith(Prefix, StringComparison.Ordinal) && colon > 0)
            context.Report($"{section}:{failure[Prefix.Length..colon]}", failure[(colon + 2)..]);
        else
            context.Report(section, failure);
    }
}
