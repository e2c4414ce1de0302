using System.Collections.Immutable;
using NodaTime;
using SloRollback.BackFilling;
using SloRollback.Evaluation;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.Hosting.BackFilling;

/// <summary>
/// The back-fill of one metric source: one request at a time, each for all objectives that lack the same stretch, the newest first. What
/// was answered is known to the objectives themselves, so it goes on where it stopped.
/// </summary>
internal sealed class SourceBackFill(
    string source, ImmutableArray<ObjectiveState> objectives, BackFillOptions options, SourceCaller caller, BackFillWatch watch)
{
    private readonly BackFillTurn[] turns = [.. objectives.Select(_ => new BackFillTurn())];
    private Instant notBefore = Instant.MinValue;
    private BackFillStretch stretch;
    private int[] asked = [];
    private SliReadResult? answer;
    private int taken;
    private int doneFor;

    /// <summary>The request that is under way, or was answered and is not taken in yet.</summary>
    public Task<SliReadResult>? Reading { get; private set; }

    /// <summary>Sends the next request when it is due.</summary>
    /// <returns>When there may be another one to send; <see langword="null"/> when there is none, or one is under way.</returns>
    public Instant? Ask(Instant now, CancellationToken cancellationToken)
    {
        if (Reading is not null)
            return null;
        if (now < notBefore)
            return notBefore;

        // What is done stays done: a period's beginning only moves on.
        var started = objectives.Count(o => o.Tracker!.HasStarted);
        if (started == doneFor)
            return null;

        var next = Plan(now);
        if (asked.Length == 0)
        {
            if (next is not null)
                return next;

            doneFor = started;
            watch.Done(objectives);
            return null;
        }

        watch.Began(objectives);
        var request = new SliReadRequest
        {
            Queries = [.. asked.Select(i => new SliQuery { Id = objectives[i].Key.ToString(), Indicator = objectives[i].Objective.Indicator })],
            Grid = stretch.Grid,
            AllowEstimate = stretch.AllowEstimate,
        };

        // On a thread of its own: a source that is slow before its first await must not hold up an evaluation.
        var step = objectives[asked[0]].Terms.Step;
        Reading = Task.Run(() => caller.AskAsync(source, request, step, cancellationToken), cancellationToken);
        return null;
    }

    /// <summary>Takes in what was answered for one objective: true when there was one.</summary>
    public bool TakeNext(Func<Instant> now)
    {
        if (Reading is not { IsCompleted: true } reading)
            return false;

        // Only a stop of the host cancels it, and nothing else goes wrong there.
        answer ??= Complete(reading.GetAwaiter().GetResult());
        if (taken < asked.Length)
        {
            Take(asked[taken], taken, now());
            taken++;
            return true;
        }

        (Reading, answer, taken, notBefore) = (null, null, 0, now() + options.Pause);
        watch.Answered(objectives);
        return true;
    }

    // Of the stretches that are lacking the one that ends latest, and who lacks it.
    private Instant? Plan(Instant now)
    {
        (BackFillStretch? newest, Instant? wake) = (null, null);
        var members = new List<int>();
        for (var i = 0; i < objectives.Length; i++)
        {
            if (BackFillPlan.Next(objectives[i], turns[i].Chunk(options.Chunk)) is not { } next)
                continue;

            if (turns[i].NotBefore > now)
            {
                wake = wake is { } earlier ? Instant.Min(earlier, turns[i].NotBefore) : turns[i].NotBefore;
                continue;
            }

            if (newest is null || next.Grid.End > newest.Value.Grid.End)
            {
                newest = next;
                members.Clear();
            }

            if (next == newest)
                members.Add(i);
        }

        (stretch, asked) = (newest ?? default, [.. members]);
        return wake;
    }

    private void Take(int objective, int query, Instant now)
    {
        var outcome = answer!.Outcomes[query];
        if (outcome.IsRead)
        {
            BackFillIntake.Take(objectives[objective], new BackFillReadings(stretch, answer.Table.Row(query).ToArray(), answer.IsEstimate));
            turns[objective].Answered();
        }
        else
        {
            turns[objective].Failed(now, outcome.Unmeasured is UnmeasuredReason.Timeout or UnmeasuredReason.QueryRejected
                or UnmeasuredReason.SourceError or UnmeasuredReason.InvalidAnswer);
        }

        watch.Read(objectives[objective], outcome);
    }

    // In the shape that was asked for, whatever the source made of it.
    private SliReadResult Complete(SliReadResult result)
    {
        var whole = new ReadPieces(asked.Length, stretch.Grid);
        whole.Add(result, 0, stretch.Grid.Count);
        return whole.ToResult() with { IsEstimate = result.IsEstimate && stretch.AllowEstimate };
    }
}
