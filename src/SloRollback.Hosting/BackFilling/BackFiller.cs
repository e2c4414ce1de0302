using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Telemetry;

namespace SloRollback.Hosting.BackFilling;

/// <summary>
/// Fills history in between two evaluations. The loop that evaluates calls it, so that the engine's state has one writer: requests are
/// under way while evaluations run, and what they bring is taken in afterwards, objective by objective, as long as there is time.
/// </summary>
internal sealed class BackFiller(
    IOptions<SloRollbackOptions> options, SourceCaller caller, SloRollbackMetrics metrics, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Evaluation");
    private ImmutableArray<SourceBackFill> sources;

    /// <summary>Reads history until the next evaluation is due, or there is nothing left to do before that.</summary>
    public async Task RunAsync(EngineState state, Instant until, CancellationToken cancellationToken)
    {
        if (!options.Value.BackFill.Enabled)
            return;

        if (sources.IsDefault)
            sources = Sources(state);
        while (Now() < until)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TakeNext())
                continue;

            var (wake, reading) = (until, new List<Task>());
            foreach (var source in sources)
            {
                wake = source.Ask(Now(), cancellationToken) is { } due ? Instant.Min(wake, due) : wake;
                if (source.Reading is { } task)
                    reading.Add(task);
            }

            if (reading.Count == 0 && wake >= until)
                return;

            await WaitAsync(reading, wake, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool TakeNext()
    {
        foreach (var source in sources)
        {
            if (source.TakeNext(Now))
                return true;
        }

        return false;
    }

    private async Task WaitAsync(List<Task> reading, Instant until, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wait = Duration.Max(Duration.Zero, until - Now()).ToTimeSpan();
        await Task.WhenAny([.. reading, Task.Delay(wait, time, enough.Token)]).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
    }

    private ImmutableArray<SourceBackFill> Sources(EngineState state) =>
    [
        .. state.Objectives.Where(o => !o.IsComposite)
            .GroupBy(o => caller.SourceOf(o.Objective.Indicator))
            .Select(s => new SourceBackFill(s.Key, [.. s], options.Value.BackFill, caller, new BackFillWatch(s.Key, metrics, logger))),
    ];

    private Instant Now() => Instant.FromDateTimeOffset(time.GetUtcNow());
}
