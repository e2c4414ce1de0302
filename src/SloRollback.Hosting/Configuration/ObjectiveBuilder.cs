using NodaTime;
using SloRollback.Hosting.Configuration;
using SloRollback.Indicators;
using SloRollback.Objectives;
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

    /// <summary>Measures the share of events that took no longer than a threshold.</summary>
    /// <param name="histogram">
    /// The histogram, in the source's own language, for example <c>http_request_duration_seconds{route='/pay'}</c>.
    /// </param>
    /// <param name="threshold">
    /// The longest time that is still good, above 0; a classic histogram needs a bucket with exactly this bound.
    /// </param>
    /// <returns>The same builder.</returns>
    public ObjectiveBuilder Latency(string histogram, Duration threshold)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(histogram);
        var at = keys.At("Indicator").At("Latency");
        at.Set("Histogram", histogram);
        at.Set("Threshold", HumanDuration.Format(threshold));
        return this;
    }

    /// <summary>Measures a value that goes up and down. It has no events, so that it needs <see cref="Timeslices"/>.</summary>
    /// <param name="gauge">The gauge, in the source's own language, for example <c>queue_length{queue='orders'}</c>.</param>
    /// <returns>The same builder.</returns>
    public ObjectiveBuilder Gauge(string gauge)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(gauge);
        keys.At("Indicator").Set("Gauge", gauge);
        return this;
    }

    /// <summary>Measures an indicator that was made elsewhere, such as a ready-made one of a metric source.</summary>
    /// <param name="indicator">An event ratio, a latency or a gauge; its source, unless it is empty, as with <see cref="From"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The indicator is a composite.</exception>
    public ObjectiveBuilder Measure(Indicator indicator)
    {
        ArgumentNullException.ThrowIfNull(indicator);
        if (indicator.Source.Length > 0)
            From(indicator.Source);

        return indicator switch
        {
            EventRatioIndicator events => Events(events.Valid, events.Bad, events.Good),
            LatencyIndicator latency => Latency(latency.Histogram, latency.Threshold),
            GaugeIndicator gauge => Gauge(gauge.Gauge),
            _ => throw new ArgumentException("A composite is described with Composite.", nameof(indicator)),
        };
    }

    /// <summary>
    /// Makes the objective of others with the same period. It is read from no source, and counted as its members are.
    /// </summary>
    /// <param name="kind">How the members are put together; of an average all weigh the same.</param>
    /// <param name="members">
    /// 2 to 30 objectives: <c>availability</c> of the same service, <c>payments/availability</c> of another one in the same environment,
    /// or <c>payments/staging/availability</c>.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">A member is empty or holds <c>:</c>.</exception>
    public ObjectiveBuilder Composite(CompositeKind kind, params string[] members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var at = keys.At("Indicator").At("Composite");
        at.Set("Kind", kind.ToString());
        foreach (var member in members)
            _ = at.At("Members").NewReferenceAt(member);
        return this;
    }

    /// <summary>Makes the objective the weighted mean of others with the same period.</summary>
    /// <param name="members">2 to 30 objectives, named as in the other overload, with weights above 0 of any sum.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">A member is empty or holds <c>:</c>.</exception>
    public ObjectiveBuilder Composite(params (string Member, decimal Weight)[] members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var at = keys.At("Indicator").At("Composite");
        at.Set("Kind", nameof(CompositeKind.WeightedAverage));
        foreach (var (member, weight) in members)
            at.At("Members").NewReferenceAt(member).Set("Weight", weight);
        return this;
    }

    /// <summary>Counts slices of time instead of events: each is good, or it is bad as a whole.</summary>
    /// <param name="length">Length of a slice: a whole multiple of the engine's step, at most the period.</param>
    /// <param name="good">How a good slice's value lies to the threshold: <c>value OP threshold</c>.</param>
    /// <param name="threshold">
    /// What is compared with the share of good events, as a fraction (0.99 is 99 %), or with the gauge's mean.
    /// </param>
    /// <param name="consecutive">How many bad slices in a row it takes for one to count, 1 to 60.</param>
    /// <param name="retroactive">Whether the first ones of such a run count after all, once there are enough.</param>
    /// <param name="missing">What becomes of a slice in which a healthy source had no series.</param>
    /// <returns>The same builder.</returns>
    public ObjectiveBuilder Timeslices(
        Duration length,
        ComparisonOperator good,
        decimal threshold,
        int consecutive = 1,
        bool retroactive = false,
        MissingSlices missing = MissingSlices.Ignore)
    {
        var at = Slices(BudgetingMethod.Timeslices, length, missing);
        at.Set("Good", new SliceCondition(good, threshold).ToString());
        at.Set("Consecutive", consecutive);
        at.Set("Retroactive", retroactive);
        return this;
    }

    /// <summary>Counts slices of time instead of events: each is as good as its share of good events.</summary>
    /// <param name="length">Length of a slice: a whole multiple of the engine's step, at most the period.</param>
    /// <param name="missing">What becomes of a slice in which a healthy source had no series.</param>
    /// <returns>The same builder.</returns>
    public ObjectiveBuilder RatioTimeslices(Duration length, MissingSlices missing = MissingSlices.Ignore)
    {
        Slices(BudgetingMethod.RatioTimeslices, length, missing);
        return this;
    }

    /// <summary>Takes a stretch of time, or one that comes again and again, out of the objective.</summary>
    /// <param name="downtime">The downtime; its id is unique inside the objective.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// The id is empty or holds <c>/</c>, <c>:</c> or control characters, or the downtime comes on days of the week and of the month.
    /// </exception>
    public ObjectiveBuilder Downtime(Downtime downtime)
    {
        DowntimeWriter.Write(keys, downtime);
        return this;
    }

    /// <summary>Forgives the bad events or slices before an instant. Look-backs do not change.</summary>
    /// <param name="id">The reset's id, unique inside the objective; without <c>/</c> and <c>:</c>.</param>
    /// <param name="at">What is bad before it is forgiven.</param>
    /// <param name="reason">Why, for the audit.</param>
    /// <param name="by">Who did it, for the audit.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// The id is empty or holds <c>/</c>, <c>:</c> or control characters, or a text is empty.
    /// </exception>
    public ObjectiveBuilder ResetBudget(string id, Instant at, string reason, string by)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        var reset = keys.At("Resets").NewAt(id);
        reset.Set("At", InstantText.Format(at));
        reset.Set("Reason", reason);
        reset.Set("By", by);
        return this;
    }

    /// <summary>Notes something on an instant or a stretch of time. It changes no number.</summary>
    /// <param name="id">The note's id, unique inside the objective; without <c>/</c> and <c>:</c>.</param>
    /// <param name="text">What people want to remember.</param>
    /// <param name="start">The instant, or the stretch's start.</param>
    /// <param name="end">The stretch's end, exclusive; left out for an instant.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// The id is empty or holds <c>/</c>, <c>:</c> or control characters, or the text is empty.
    /// </exception>
    public ObjectiveBuilder Annotate(string id, string text, Instant start, Instant? end = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var note = keys.At("Annotations").NewAt(id);
        note.Set("Text", text);
        note.Set(end is null ? "At" : "Start", InstantText.Format(start));
        if (end is { } until)
            note.Set("End", InstantText.Format(until));
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

    /// <summary>
    /// Says that the indicator is measured outside of the workload's own instances on purpose, at an ingress or by clients: it is not asked
    /// whether its series come from them. Not for composites, whose members say it.
    /// </summary>
    /// <returns>The same builder.</returns>
    public ObjectiveBuilder MeasuredElsewhere()
    {
        keys.Set("MeasuredElsewhere", true);
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

    private KeyWriter Slices(BudgetingMethod method, Duration length, MissingSlices missing)
    {
        keys.Set("Budgeting", method.ToString());
        var at = keys.At("Slices");
        at.Set("Length", HumanDuration.Format(length));
        at.Set("Missing", missing.ToString());
        return at;
    }

    private KeyWriter NewRule(string id) => keys.At("Rules").NewAt(id);
}
