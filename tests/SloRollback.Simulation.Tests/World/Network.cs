using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Simulation.Tests.World;

/// <summary>Carries the calls of a process to journal, platform and notifiers, badly. An answer runs on inside the caller at once: one thread, one order.</summary>
internal sealed class Network(Timeline timeline, Dice dice, Trace trace)
{
    // A message that is late is later than every time limit of a caller, and shorter than a platform may take.
    private static readonly Duration Latest = Duration.FromMinutes(3);

    public Weather Weather { get; set; } = new() { Slowest = Duration.FromMilliseconds(50) };

    /// <summary>What is called, and whether it is down now.</summary>
    public HashSet<string> Down { get; } = [];

    public Task<T> CallAsync<T>(Process process, string server, string what, Func<T> effect)
    {
        var answer = new TaskCompletionSource<T>();
        var (there, back) = (Latency(), Latency());
        if (dice.Chance(Weather.Crashes))
        {
            // Before it is sent, while it is under way, or after its effect and before the answer.
            var moment = dice.Next(3);
            timeline.After(moment switch { 0 => Duration.Zero, 1 => there / 2, _ => there + (back / 2) }, () => process.Crash(what));
            if (moment == 0)
                return answer.Task;
        }

        if (Down.Contains(server))
        {
            Note(process, what, "is down");
            Answer(process, back, () => Break(answer, new IOException($"{server} is down")));
            return answer.Task;
        }

        switch (dice.Chance(Weather.Calls) ? 1 + dice.Next(6) : 0)
        {
            case 1:
                Note(process, what, "request lost");
                break;
            case 2:
                Note(process, what, "request refused");
                Answer(process, back, () => Break(answer, new IOException("connection refused")));
                break;
            case 3:
                Send(process, what, there, effect, _ => { });
                Note(process, what, "answer lost");
                break;
            case 4:
                Send(process, what, there, effect, _ => Answer(process, back, () => Break(answer, new IOException("connection reset"))));
                Note(process, what, "answer broken");
                break;
            case 5:
                Send(process, what, there, effect, result => Answer(process, back, () => answer.SetResult(result)));
                Send(process, what, dice.Between(there + Duration.FromMilliseconds(1), Latest), effect, _ => { });
                Note(process, what, "sent twice");
                break;
            case 6:
                Send(process, what, dice.Between(Duration.FromSeconds(1), Latest), effect, result => Answer(process, back, () => answer.SetResult(result)));
                Note(process, what, "late");
                break;
            default:
                Send(process, what, there, effect, result => Answer(process, back, () => answer.SetResult(result)));
                break;
        }

        return answer.Task;
    }

    // Of a caller that has given up nobody else looks at it.
    private static void Break<T>(TaskCompletionSource<T> answer, Exception why)
    {
        answer.SetException(why);
        _ = answer.Task.Exception;
    }

    private Duration Latency() => dice.Between(Duration.FromMilliseconds(1), Weather.Slowest);

    // What was sent happens even if the sender has died since.
    private void Send<T>(Process process, string what, Duration delay, Func<T> effect, Action<T> then) =>
        timeline.After(delay, () =>
        {
            var result = effect();
            trace.Add(() => $"{process}: {what} → {Text(result)}");
            then(result);
        });

    private void Answer(Process process, Duration delay, Action happens)
    {
        var epoch = process.Epoch;
        timeline.After(delay, () =>
        {
            if (process.Epoch == epoch && process.IsAlive)
                happens();
        });
    }

    private static string Text(object? result) => result switch
    {
        GuardState guards => string.Join(", ", guards.Rollbacks.Select(r => $"{r.Id} {r.Version} {r.State}").Concat(guards.Pauses.Select(p => $"paused {p}"))),
        JournalWriteResult write => $"{write.Status} {write.Detail}",
        RollbackPlan plan => $"{plan.IsPossible} {plan.WorkloadIdentity}",
        RollbackResult answer => $"{answer.Status} {answer.Detail}",
        RollbackProgress progress => $"{progress.Status} {progress.Detail}",
        _ => "",
    };

    private void Note(Process process, string what, string fate) => trace.Add(() => $"{process}: {what}: {fate}");
}
