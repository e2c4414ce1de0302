using System.Globalization;
using SloRollback.Sample.Platform;

namespace SloRollback.Sample.Display;

/// <summary>One line per second, and each line of the log as it comes: for files, pipes and terminals that cannot draw.</summary>
internal sealed class PlainDisplay(TextWriter output, LogFeed log, TimeProvider time) : IDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private const int LooksPerLine = 10;

    public async Task ShowAsync(Func<View> view, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"SloRollback sample: {view().Title}");
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var look = 0; await timer.WaitForNextTickAsync(cancellationToken); look++)
            {
                await WriteLogAsync();
                if (look % LooksPerLine == 0) await output.WriteLineAsync(Line(view()));
            }
        }
        catch (OperationCanceledException)
        {
            await WriteLogAsync();
        }
    }

    private static string Line(View view)
    {
        var replicas = string.Join(' ', view.Replicas.Select(Short));
        var failed = Figures.Share(view.Traffic.FailedShare);
        var burn = string.Join(' ', Figures.BurnRates(view.Objective).Select(b => $"{b.Text,5}/{b.Lookback}").DefaultIfEmpty("–"));
        var budget = Figures.Share(view.Objective?.Budget.Remaining);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Figures.Seconds(view.Elapsed),5}  {replicas}  {view.Traffic.PerSecond,2:0}/s, {failed,6} failed"
            + $"  burn {burn} (limit {CheckoutObjective.Above}×)  budget {budget,6}  window {view.RollbackWindow.ShortText}");
    }

    private static string Short(ReplicaView replica) => replica.State == ReplicaState.Serving ? replica.Version : "--";

    private async Task WriteLogAsync()
    {
        while (log.TryTake(out var line))
            await output.WriteLineAsync($"{Figures.Seconds(line.At),5}  {line.LevelName}: {line.Source} {line.Text}");
    }
}
