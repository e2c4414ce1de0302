using Spectre.Console;
using Spectre.Console.Rendering;

namespace SloRollback.Sample.Display;

/// <summary>A picture that is drawn anew several times a second.</summary>
internal sealed class LiveDisplay(IAnsiConsole console, LogFeed log, TimeProvider time) : IDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private const int LinesKept = 50;

    private readonly List<LogLine> recent = [];

    public async Task ShowAsync(Func<View> view, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        await console.Live(Draw(view())).AutoClear(true).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom)
            .StartAsync(async live =>
            {
                try
                {
                    while (await timer.WaitForNextTickAsync(cancellationToken))
                        live.UpdateTarget(Draw(view()));
                }
                catch (OperationCanceledException)
                {
                    // The end that was asked for.
                }
            });
    }

    private IRenderable Draw(View view)
    {
        while (log.TryTake(out var line))
        {
            recent.Add(line);
            if (recent.Count > LinesKept) recent.RemoveAt(0);
        }

        return Screen.Draw(view, recent, console.Profile.Width, console.Profile.Height);
    }
}
