namespace SloRollback.Services;

/// <summary>Names one monitored service: a service in one environment.</summary>
/// <param name="Name">The service's name, for example <c>checkout</c>.</param>
/// <param name="Environment">The environment's name, for example <c>production</c>.</param>
public readonly record struct ServiceId(string Name, string Environment)
{
    /// <summary>The id as people write it: <c>checkout/production</c>.</summary>
    public override string ToString() => $"{Name}/{Environment}";
}
