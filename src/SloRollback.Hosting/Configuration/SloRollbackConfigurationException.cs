using System.Collections.Immutable;
using System.Text;

namespace SloRollback.Hosting;

/// <summary>The host cannot start, since the configuration is wrong. The message lists every fault with its configuration path.</summary>
public sealed class SloRollbackConfigurationException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="faults">Every fault that was found, in the order in which they are to be read.</param>
    public SloRollbackConfigurationException(ImmutableArray<ConfigurationFault> faults)
        : base(Describe(faults)) => Faults = faults;

    /// <summary>Every fault that was found.</summary>
    public ImmutableArray<ConfigurationFault> Faults { get; }

    private static string Describe(ImmutableArray<ConfigurationFault> faults)
    {
        var text = new StringBuilder("SloRollback cannot start: ")
            .Append(faults.Length)
            .Append(faults.Length == 1 ? " fault" : " faults")
            .Append(" in the configuration");
        foreach (var (path, message) in faults)
            text.Append('\n').Append("  ").Append(path).Append("  ").Append(message);
        return text.ToString();
    }
}
