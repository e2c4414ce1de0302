using System.Globalization;
using SloRollback.Sample.Platform;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SloRollback.Sample.Display;

/// <summary>Composes the picture: first the service, then the budget, then what is decided, then the log in the room that is left.</summary>
internal static class Screen
{
    private const int LabelWidth = 16;
    private const int BarWidth = 20;
    private const int DecisionLines = 4;
    private const int FixedLines = 14;

    public static IRenderable Draw(View view, IReadOnlyList<LogLine> log, int width, int height)
    {
        width = Math.Min(width, 120);
        var text = width - LabelWidth - 1;
        var rows = new List<IRenderable>
        {
            new Rule($"[bold]SloRollback[/]  {Markup.Escape(view.Title)}  [grey]{Figures.Seconds(view.Elapsed)}[/]").LeftJustified().RuleStyle("grey"),
        };
        rows.AddRange(view.Replicas.Select(Replica));
        rows.Add(Row("requests", $"{view.Traffic.PerSecond.ToString("0", CultureInfo.InvariantCulture)}/s, {Failed(view.Traffic.FailedShare)}"));
        rows.Add(Text.Empty);
        rows.AddRange(Figures.BurnRates(view.Objective).Select(b =>
            Row("burn rate", $"{Bar(b.Rate / (2 * (double)CheckoutObjective.Above), IsBad(b.Rate))} {Tint(b.Text, IsBad(b.Rate))}")));
        rows.Add(Row("error budget", Budget(view)));
        rows.Add(Row("rollback window", Markup.Escape(view.RollbackWindow)));
        var decision = Wrapping.Wrap(view.Decision, text).Take(DecisionLines).ToList();
        rows.AddRange(decision.Select((line, i) => Row(i == 0 ? "decision" : "", $"[bold]{Markup.Escape(line)}[/]")));
        rows.Add(new Rule("[grey]log[/]").LeftJustified().RuleStyle("grey"));

        var room = Math.Max(2, height - FixedLines - decision.Count);
        rows.AddRange(log.SelectMany(l => Lines(l, width)).TakeLast(room));
        return new Rows(rows);
    }

    private static Markup Replica(ReplicaView replica)
    {
        var state = replica.State == ReplicaState.Serving ? "[green]serving [/]" : $"[yellow]{replica.State.ToString().ToLowerInvariant(),-8}[/]";
        var rate = replica.Traffic.PerSecond.ToString("0", CultureInfo.InvariantCulture);
        return new Markup($"{replica.Name,-18} [bold]{replica.Version,-3}[/] {state} {rate,3}/s, {Failed(replica.Traffic.FailedShare)}");
    }

    private static string Failed(double? share) => share is null ? "[grey]no requests[/]" : Tint($"{Figures.Share(share)} failed", share > 0.06);

    private static string Budget(View view)
    {
        if (view.Objective is not { Budget: { Valid: > 0 } budget } objective)
            return "[grey]nothing measured yet[/]";

        var text = $"{Figures.Share(budget.Remaining)} left of {CheckoutObjective.Period.TotalMinutes:0} min at {objective.Target}";
        return $"{Bar(budget.Remaining, budget.Remaining < 0.5)} {Tint(text, budget.Remaining < 0.25)}";
    }

    private static Markup Row(string label, string markup) => new($"[grey]{label,-LabelWidth}[/] {markup}");

    private static string Tint(string text, bool isBad) => isBad ? $"[red]{Markup.Escape(text)}[/]" : Markup.Escape(text);

    private static string Bar(double share, bool isBad)
    {
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        return $"[{(isBad ? "red" : "green")}]{new string('█', full)}[/][grey]{new string('░', BarWidth - full)}[/]";
    }

    private static IEnumerable<IRenderable> Lines(LogLine line, int width)
    {
        var color = line.Level > Microsoft.Extensions.Logging.LogLevel.Information ? "yellow" : "silver";
        return Wrapping.Wrap($"{Figures.Seconds(line.At),5}  {line.Text}", width - 1, indent: 7).Take(3)
            .Select(part => new Markup($"[{color}]{Markup.Escape(part)}[/]"));
    }

    private static bool IsBad(double rate) => rate > (double)CheckoutObjective.Above;
}
