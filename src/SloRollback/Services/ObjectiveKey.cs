namespace SloRollback.Services;

/// <summary>Names one objective of one monitored service.</summary>
/// <param name="Service">The monitored service.</param>
/// <param name="Objective">The objective's id, unique inside the service.</param>
public readonly record struct ObjectiveKey(ServiceId Service, string Objective)
{
    /// <summary>The key as people write it: <c>checkout/production/availability</c>.</summary>
    public override string ToString() => $"{Service}/{Objective}";
}
