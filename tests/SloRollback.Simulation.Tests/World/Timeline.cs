using NodaTime;

namespace SloRollback.Simulation.Tests.World;

/// <summary>Virtual time: what is to happen, in order. Nothing happens in between, so that a run is a sequence of events and nothing else.</summary>
internal sealed class Timeline(Instant start)
{
    private readonly PriorityQueue<Action, (Instant At, long Order)> queue = new();
    private long order;

    public Instant Now { get; private set; } = start;

    public long Events { get; private set; }

    public void After(Duration delay, Action happens) => queue.Enqueue(happens, (Now + Duration.Max(delay, Duration.Zero), order++));

    public void At(Instant at, Action happens) => queue.Enqueue(happens, (Instant.Max(at, Now), order++));

    /// <summary>Lets everything happen up to an instant.</summary>
    public void RunUntil(Instant end, Action afterEach)
    {
        while (queue.TryPeek(out _, out var next) && next.At <= end)
        {
            var happens = queue.Dequeue();
            Now = next.At;
            Events++;
            happens();
            afterEach();
        }

        Now = end;
    }
}
