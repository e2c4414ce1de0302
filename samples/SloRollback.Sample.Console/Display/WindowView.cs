using System.Globalization;
using NodaTime;
using SloRollback.Sample.Platform;

namespace SloRollback.Sample.Display;

/// <summary>The rollback window at one moment: which version a breach could be blamed on, and for how long still.</summary>
internal readonly record struct WindowView(string Version, Duration? Age)
{
    public static WindowView Of(Rollout? rollout, Instant now) =>
        rollout is null ? default : new WindowView(rollout.Version.Name, now - rollout.EndedAt);

    public string Text => this switch
    {
        { Version: null } => "closed: nothing was rolled out yet",
        { Age: null } => $"open: {Version} is being rolled out",
        { Age: { } age } when age <= CheckoutObjective.Window => $"open: {Version} was rolled out {Seconds(age)} ago, {Seconds(Left)} left",
        _ => $"closed: {Version} was rolled out over {Seconds(CheckoutObjective.Window)} ago",
    };

    public string ShortText => this switch
    {
        { Version: not null, Age: null } => Version,
        { Age: not null } when Left >= Duration.Zero => $"{Version}, {Seconds(Left)} left",
        _ => "closed",
    };

    private Duration Left => CheckoutObjective.Window - Age.GetValueOrDefault();

    private static string Seconds(Duration length) => string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0} s");
}
