using SloRollback.Hosting.Configuration;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting;

/// <summary>Says what is left to say about a rollback rule in code.</summary>
public sealed class RollbackRuleBuilder
{
    private readonly KeyWriter keys;

    internal RollbackRuleBuilder(KeyWriter keys) => this.keys = keys;

    /// <summary>Uses a built-in condition, counting only errors since the deployment.</summary>
    /// <param name="builtIn">The condition's name, <c>page</c> or <c>ticket</c>.</param>
    /// <returns>The same builder.</returns>
    public RollbackRuleBuilder When(string builtIn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(builtIn);
        keys.Set("When", builtIn);
        return this;
    }

    /// <summary>Acts on another workload than the service's own.</summary>
    /// <param name="provider">The provider's registered name, for example <c>kubernetes</c>.</param>
    /// <param name="infrastructure">The infrastructure; empty for the service's own, and without one the provider's default.</param>
    /// <param name="workload">The workload in the provider's own notation, for example <c>shop/deployment/checkout</c>.</param>
    /// <returns>The same builder.</returns>
    public RollbackRuleBuilder On(string provider, string infrastructure, string workload)
    {
        TargetWriter.Write(keys.At("Rollback").At("Target"), provider, infrastructure, workload);
        return this;
    }

    /// <summary>Says that a window above 12 hours is meant.</summary>
    /// <returns>The same builder.</returns>
    /// <seealso cref="RollbackWindow.MaximumWithoutOverride"/>
    public RollbackRuleBuilder AllowLongWindow()
    {
        keys.At("Rollback").Set("AllowLongWindow", true);
        return this;
    }

    /// <summary>Says how many events the long look-back needs before a burn rate is judged.</summary>
    /// <param name="valid">Valid events, 0 or more; 100 when not said.</param>
    /// <param name="bad">Bad events, 0 or more; 5 when not said.</param>
    /// <returns>The same builder.</returns>
    public RollbackRuleBuilder MinimumEvents(long valid, long bad)
    {
        keys.Set("MinimumValid", valid);
        keys.Set("MinimumBad", bad);
        return this;
    }

    /// <summary>Says how many bad slices the long look-back needs before a burn rate is judged, where slices are counted.</summary>
    /// <param name="bad">Bad slices, 0 or more; 3 when not said.</param>
    /// <returns>The same builder.</returns>
    public RollbackRuleBuilder MinimumSlices(long bad)
    {
        keys.Set("MinimumBad", bad);
        return this;
    }

    /// <summary>Tells somebody as well when an episode begins and ends.</summary>
    /// <param name="notifiers">Registered names of those to tell.</param>
    /// <returns>The same builder.</returns>
    public RollbackRuleBuilder Notify(params string[] notifiers)
    {
        NotifyWriter.Write(keys, notifiers);
        return this;
    }
}
