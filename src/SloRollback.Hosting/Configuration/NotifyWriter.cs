namespace SloRollback.Hosting.Configuration;

/// <summary>Writes whom a rule tells.</summary>
internal static class NotifyWriter
{
    public static void Write(KeyWriter rule, string[] notifiers)
    {
        ArgumentNullException.ThrowIfNull(notifiers);
        var at = rule.At("Notify");
        foreach (var notifier in notifiers)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(notifier);
            _ = at.At(notifier);
        }
    }
}
