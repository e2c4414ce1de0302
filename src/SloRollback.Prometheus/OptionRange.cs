using Microsoft.Extensions.Options;

namespace SloRollback.Prometheus;

/// <summary>Ranges of time spans: the attribute for them needs reflection.</summary>
internal static class OptionRange
{
    public static void Check(ValidateOptionsResultBuilder result, TimeSpan value, TimeSpan minimum, TimeSpan maximum, string name)
    {
        // "15" is read as 15 days; the hint is for whoever meant seconds.
        if (value < minimum || value > maximum)
            result.AddError($"{value:c} is not between {minimum:c} and {maximum:c}; write hours:minutes:seconds, such as 00:00:15.", name);
    }
}
