namespace SloRollback;

/// <summary>
/// A provider's part of the check at start. All checks run before anything else; all faults are reported in one message.
/// </summary>
public interface IConfigurationCheck
{
    /// <summary>Looks at the configuration and reports every fault. Does no I/O.</summary>
    /// <param name="context">The configuration, and where faults are reported.</param>
    void Check(ConfigurationCheckContext context);
}
