using NodaTime;
using SloRollback.Hosting.Configuration;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting;

/// <summary>Describes one objective in code: what is measured, and what follows from it.</summary>
public sealed class ObjectiveBuilder
{
    private readonly KeyWriter keys;

    internal ObjectiveBuilder(KeyWriter keys) => this.keys = keys;

    /// <summary>Measures the ratio of good to valid events; exactly two of the three are given, in the source's own language.</summary>
    /// <param name="valid">Counters of all valid events.</param>
    /// <param name="bad">Counters of bad events.</param>
    /// <param name="good">Counters of good events.</param>
    /// <returns>The same builder.</returns>
    public ObjectiveBuilder Events(string? valid = null, string? bad = null, string? good = null)
    {
        var at = keys.At("Indicator");
        at.SetOptional("Valid", valid);
        at.SetOptional("Bad", bad);
        at.SetOptional("Good", good);
        return this;
    }

    /// <summary>Says which metric source is read; it can be left out when only one is registered.</summary>
    /// <param name="source">The source's registered name.</param>
    /// <returns>The same builder.</returns>
    public ObjectiveBuilder From(string source)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        keys.At("Indicator").Set("Source", source);
        return this;
    }

    /// <summary>Adds a rule that rolls a deployment back.</summary>
    /// <param name="id">The rule's id, unique inside the objective; without <c>/</c> and <c>:</c>.</param>
    /// <param name="within">
    /// How long after the end of a deployment's rollout an episode may still be blamed on it; 1 hour when left out. Above 12 hours
    /// it needs <see cref="RollbackRuleBuilder.AllowLongWindow"/>; 30 days is the most.
    /// </param>
    /// <param name="mode">What follows from a decision to roll back.</param>
    /// <param name="when">
    /// The condition; the built-in <c>page</c>, counting only errors since the deployment, when left out. One without any part that
    /// counts since the deployment is joined with 1 % of the budget consumed since then.
    /// </param>
    /// <param name="rule">Says the rest about the rule; called at once.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The id is empty or holds <c>/</c>, <c>:</c> or control characters.</exception>
    public ObjectiveBuilder RollBack(
        string id,
        Duration? within = null,
        RollbackMode mode = RollbackMode.Observe,
        Condition? when = null,
        Action<RollbackRuleBuilder>? rule = null)
    {
        var at = NewRule(id);
        var rollback = at.At("Rollback");
        if (within is { } window)
            rollback.Set("Window", HumanDuration.Format(window));
        rollback.Set("Mode", mode.ToString());
        if (when is not null)
            ConditionWriter.Write(at.At("When"), when);
        rule?.Invoke(new RollbackRuleBuilder(at));
        return this;
    }

    /// <summary>Adds a rule that only notifies.</summary>
    /// <param name="id">The rule's id, unique inside the objective; without <c>/</c> and <c>:</c>.</param>
    /// <param name="when">The condition.</param>
    /// <param name="notifiers">Registered names of those to tell, at least one.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The id is empty or holds <c>/</c>, <c>:</c> or control characters.</exception>
    public ObjectiveBuilder NotifyWhen(string id, Condition when, params string[] notifiers)
    {
        ArgumentNullException.ThrowIfNull(when);
        var at = NewRule(id);
        ConditionWriter.Write(at.At("When"), when);
        NotifyWriter.Write(at, notifiers);
        return this;
    }

    /// <summary>Adds a rule that only notifies, under a built-in condition.</summary>
    /// <param name="id">The rule's id, unique inside the objective; without <c>/</c> and <c>:</c>.</param>
    /// <param name="builtIn">The condition's name, <c>page</c> or <c>ticket</c>.</param>
    /// <param name="notifiers">Registered names of those to tell, at least one.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The id is empty or holds <c>/</c>, <c>:</c> or control characters.</exception>
    public ObjectiveBuilder NotifyWhen(string id, string builtIn, params string[] notifiers)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(builtIn);
        var at = NewRule(id);
        at.Set("When", builtIn);
        NotifyWriter.Write(at, notifiers);
        return this;
    }

    private KeyWriter NewRule(string id) => keys.At("Rules").NewAt(id);
}
