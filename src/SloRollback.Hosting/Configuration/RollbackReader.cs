using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads what a rollback rule may do: window, mode and target.</summary>
internal static class RollbackReader
{
    private const string NoWorkload = "there is no workload to roll back; give the service \"Deploys\" or the rule a \"Target\"";
    private const string NoMemberDeploys =
        "there is no workload to roll back; a composite acts on its members', and none of their services has \"Deploys\"";

    public static RollbackAction? Read(ConfigurationNode node, ObjectiveScope scope)
    {
        if (!node.CheckKeys(KnownKeys.Rollback))
            return null;

        var window = ReadWindow(node, scope);
        var mode = node.Value<RollbackMode>("Mode", Number.TryParseName, RollbackMode.Observe);
        if (mode == RollbackMode.Automatic)
            node.Log.Automatic(node.PathOf("Mode"));
        var target = ReadTarget(node, scope);
        if (window is null || mode is null || target is null)
            return null;

        return new RollbackAction { Window = window.Value, Mode = mode.Value, Target = target };
    }

    private static RollbackWindow? ReadWindow(ConfigurationNode node, ObjectiveScope scope)
    {
        // A mistake in the override is one fault, not a second one of the window.
        var allowLong = node.Value<bool>("AllowLongWindow", Number.TryParseFlag, false) ?? true;
        if (node.Value<Duration>("Window", HumanDuration.TryParse, RollbackWindow.Default.Length) is not { } length)
            return null;

        var written = HumanDuration.Format(length);
        if (FaultOf(length, written, allowLong, scope) is not { } fault)
            return new RollbackWindow(length);

        node.Fault("Window", fault);
        return null;
    }

    private static string? FaultOf(Duration length, string written, bool allowLong, ObjectiveScope scope)
    {
        if (length <= Duration.Zero)
            return $"{written} is no window; example: 1h";
        if (length < scope.Grid)
            return $"{written} {scope.GridFault(length)}";
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
                node.Fault("Target", scope.IsComposite ? NoMemberDeploys : NoWorkload);
            return service.Resolved;
        }

        if (scope.IsComposite)
        {
            place.Fault("does not apply: a composite rolls the workloads of its members' services back; leave it out");
            return null;
        }

        if (TargetParts.Read(place, KnownKeys.Target) is not { } parts)
            return null;

        // What is wrong with the service's own target is reported there, not again for every rule that builds on it.
        var buildsOnFaulty = service is { IsWritten: true, Resolved: null } && (parts.Provider is null || parts.Workload is null);
        return buildsOnFaulty ? null : parts.Over(service.Parts).Resolve(scope.Context.Log, scope.Context.Providers);
    }
}
