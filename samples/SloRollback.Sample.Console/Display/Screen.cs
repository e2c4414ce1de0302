using System.Globalization;
using SloRollback.Sample.Platform;
using SloRollback.Sample.Traffic;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SloRollback.Sample.Display;

/// <summary>
/// Composes the picture: first the service, then the budget, then what is decided, then the log in the room that is left.
/// </summary>
internal static class Screen
{
    private const int LabelWidth = 16;
    private const int BarWidth = 20;
    private const int ParagraphLines = 4;

    // What the objective's target and the rule's factor come to: above it the budget burns too fast.
    private const double BadShare = (double)CheckoutObjective.Above * (100 - (double)CheckoutObjective.Target) / 100;

    public static IRenderable Draw(View view, IReadOnlyList<LogLine> log, int width, int height)
    {
        width = Math.Min(width, 120);
        var text = width - LabelWidth - 1;
        var rows = new List<IRenderable>
        {
            Heading($"[bold]SloRollback[/]  {Markup.Escape(view.Title)}  [grey]{Figures.Seconds(view.Elapsed)}[/]"),
        };
        rows.AddRange(view.Replicas.Select(Replica));
        rows.Add(Row("requests", Requests(view.Traffic)));
        rows.Add(Text.Empty);
        rows.AddRange(Figures.BurnRates(view.Objective).Select(BurnRate));
        rows.Add(Row("error budget", Budget(view)));
        rows.Add(Row("rollback window", Markup.Escape(view.RollbackWindow.Text)));
        rows.AddRange(Paragraph("decision", view.Decision, text));
        if (view.Rollback is { } rollback)
            rows.AddRange(Paragraph("rollback", $"{rollback.From} → {rollback.To}: {rollback.State}. {rollback.Detail}", text));
        rows.Add(Heading("[grey]log[/]"));

        var room = Math.Max(2, height - rows.Count - 1);
        rows.AddRange(log.SelectMany(l => Lines(l, width)).TakeLast(room));
        return new Rows(rows);
    }

    private static Markup Replica(ReplicaView replica)
    {
        var color = replica.State == ReplicaState.Serving ? "green" : "yellow";
        var state = $"[{color}]{replica.State.ToString().ToLowerInvariant(),-8}[/]";
        return new Markup($"{replica.Name,-18} [bold]{replica.Version,-3}[/] {state} {Requests(replica.Traffic)}");
    }

    private static string Requests(TrafficReading traffic)
    {
        var rate = traffic.PerSecond.ToString("0", CultureInfo.InvariantCulture);
        var failed = traffic.FailedShare is { } share ? Tint($"{Figures.Share(share)} failed", share > BadShare) : "[grey]no requests[/]";
        return $"{rate,3}/s, {failed}";
    }

    private static Markup BurnRate(BurnFigure burn)
    {
        // The limit is the middle of the bar.
        var bar = Bar(burn.Rate / (2 * (double)CheckoutObjective.Above), burn.IsAbove);
        return Row($"burn rate, {burn.Lookback,4}", $"{bar} {Tint(burn.Text, burn.IsAbove)} [grey](limit {CheckoutObjective.Above}×)[/]");
    }

    private static string Budget(View view)
    {
        if (view.Objective is not { Budget: { Valid: > 0 } budget } objective)
            return "[grey]nothing measured yet[/]";

        var text = $"{Figures.Share(budget.Remaining)} left of {CheckoutObjective.Period.TotalMinutes:0} min at {objective.Target}";
        return $"{Bar(budget.Remaining, budget.Remaining < 0.5)} {Tint(text, budget.Remaining < 0.25)}";
    }

    private static IEnumerable<IRenderable> Paragraph(string label, string text, int width) =>
        Wrapping.Wrap(text, width).Take(ParagraphLines).Select((line, i) => Row(i == 0 ? label : "", $"[bold]{Markup.Escape(line)}[/]"));

    private static Rule Heading(string markup) => new Rule(markup).LeftJustified().RuleStyle("grey");

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
}
