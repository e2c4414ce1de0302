namespace SloRollback.Sample.Traffic;

/// <summary>What the clients see: requests and failures of the last seconds, per replica and in all. Thread-safe.</summary>
internal sealed class TrafficMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private readonly Queue<Answer> answers = new();
    private readonly long started = time.GetTimestamp();

    /// <summary>All requests that got an answer.</summary>
    public long Answered { get; private set; }

    /// <summary>Requests that found no replica, or got no answer: no rollout may cause any.</summary>
    public long Unanswered { get; private set; }

    public void Record(int replica, bool isFailure)
    {
        lock (gate)
        {
            Answered++;
            answers.Enqueue(new Answer(time.GetTimestamp(), replica, isFailure));
            Forget();
        }
    }

    public void RecordUnanswered()
    {
        lock (gate) Unanswered++;
    }

    public TrafficReading Total() => Read(_ => true);

    public TrafficReading Of(int replica) => Read(a => a.Replica == replica);

    private TrafficReading Read(Func<Answer, bool> counts)
    {
        lock (gate)
        {
            Forget();
            var seconds = Math.Clamp(time.GetElapsedTime(started).TotalSeconds, 0.1, Window.TotalSeconds);
            var (all, failed) = (answers.Count(counts), answers.Count(a => a.IsFailure && counts(a)));
            return new TrafficReading(all / seconds, all == 0 ? null : (double)failed / all);
        }
    }

    private void Forget()
    {
        while (answers.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Window)
            answers.Dequeue();
    }

    private readonly record struct Answer(long At, int Replica, bool IsFailure);
}
