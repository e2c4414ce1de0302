using Microsoft.Extensions.Options;

namespace SloRollback.Sqlite;

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
                ReportInvalid(context, section, failure);
        }
        catch (InvalidOperationException e)
        {
            ReportUnreadable(context, section, e.Message);
        }
    }

    /// <summary>Attributes say "Timeout: message", the builder of results "Property Timeout: message".</summary>
    private static void ReportInvalid(ConfigurationCheckContext context, string section, string failure)
    {
        const string Prefix = "Property ";
        var text = failure.StartsWith(Prefix, StringComparison.Ordinal) ? failure[Prefix.Length..] : failure;
        var end = text.IndexOf(": ", StringComparison.Ordinal);
        if (end > 0 && !text.AsSpan(0, end).Contains(' '))
            context.Report($"{section}:{text[..end]}", text[(end + 2)..]);
        else
            context.Report(section, failure);
    }

    /// <summary>The binder says "Failed to convert configuration value '…' at '…' to type '…'." The value may be a secret.</summary>
    private static void ReportUnreadable(ConfigurationCheckContext context, string section, string message)
    {
        const string At = "' at '", To = "' to type '";
        var to = message.LastIndexOf(To, StringComparison.Ordinal);
        var at = to < 0 ? -1 : message.LastIndexOf(At, to, StringComparison.Ordinal);
        if (at < 0)
        {
            context.Report(section, "A value of this section cannot be read.");
            return;
        }

        var type = message[(to + To.Length)..].TrimEnd('.', '\'');
        var hint = type is "System.TimeSpan" ? "; write hours:minutes:seconds, such as 00:00:15" : "";
        context.Report(message[(at + At.Length)..to], $"The value cannot be read as {type}{hint}.");
    }
}
