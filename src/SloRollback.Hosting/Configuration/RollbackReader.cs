using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads what a rollback rule may do: window, mode and target.</summary>
internal static class RollbackReader
{
    public static RollbackAction? Read(ConfigurationNode node, ObjectiveScope scope)
    {
        if (!node.CheckKeys(KnownKeys.Rollback))
            return null;

        var window = ReadWindow(node, scope.Context.Step);
        var mode = node.Value<RollbackMode>("Mode", Number.TryParseName, RollbackMode.Observe);
        if (mode == RollbackMode.Automatic)
            node.Log.Automatic(node.PathOf("Mode"));
        var target = ReadTarget(node, scope);
        if (window is null || mode is null || target is null)
            return null;

        return new RollbackAction { Window = window.Value, Mode = mode.Value, Target = target };
    }

    private static RollbackWindow? ReadWindow(ConfigurationNode node, Duration? step)
    {
        // A mistake in the override is one fault, not a second one of the window.
        var allowLong = node.Value<bool>("AllowLongWindow", Number.TryParseFlag, false) ?? true;
        if (node.Value<Duration>("Window", HumanDuration.TryParse, RollbackWindow.Default.Length) is not { } length)
            return null;

        var written = HumanDuration.Format(length);
        if (FaultOf(length, written, allowLong, step) is not { } fault)
            return new RollbackWindow(length);

        node.Fault("Window", fault);
        return null;
    }

    private static string? FaultOf(Duration length, string written, bool allowLong, Duration? step)
    {
        if (length <= Duration.Zero)
            return $"{written} is no window; example: 1h";
        if (length < step)
            return $"{written} is shorter than one step, {HumanDuration.Format(step.Value)}";
        if (length > RollbackWindow.Maximum)
            return $"{written} is longer than {HumanDuration.Format(RollbackWindow.Maximum)}, the longest rollback window";
        return length > RollbackWindow.MaximumWithoutOverride && !allowLong
            ? $"{written} is longer than {HumanDuration.Format(RollbackWindow.MaximumWithoutOverride)};"
                + " when that is meant, say \"AllowLongWindow\": true beside it"
            : null;
    }

    private static DeploymentTarget? ReadTarget(ConfigurationNode node, ObjectiveScope scope)
    {
        var service = scope.Service;
        if (node.Child("Target") is not { } place)
        {
            if (!service.IsWritten)
                node.Fault("Target", "there is no workload to roll back; give the service \"Deploys\" or the rule a \"Target\"");
            return service.Resolved;
        }

        if (TargetParts.Read(place, KnownKeys.Target) is not { } parts)
            return null;

        // What is wrong with the service's own target is reported there, not again for every rule that builds on it.
        var buildsOnFaulty = service is { IsWritten: true, Resolved: null } && (parts.Provider is null || parts.Workload is null);
        return buildsOnFaulty ? null : parts.Over(service.Parts).Resolve(scope.Context.Log, scope.Context.Providers);
    }
}
