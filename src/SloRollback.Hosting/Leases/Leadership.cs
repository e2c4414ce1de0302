using SloRollback.Leases;

namespace SloRollback.Hosting.Leases;

/// <summary>Does this replica evaluate and act? Without a lease every one does.</summary>
internal sealed class Leadership(TimeProvider time, IEvaluationLease? lease = null)
{
    private volatile TaskCompletionSource gained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LeaseResult last = new() { Detail = "it was not asked for yet" };
    private long until = long.MinValue;

    /// <summary>Do we lead, as far as our own clock tells? It ends by itself when the lease is not renewed.</summary>
    public bool IsHeld => lease is null || time.GetTimestamp() < Volatile.Read(ref until);

    /// <summary>The last answer; what it says of us may be over.</summary>
    public LeaseResult Last => last;

    /// <summary>Why this replica stands by, in words.</summary>
    public string Standby => last switch
    {
        { Status: LeaseStatus.NotHeld, Holder: { } holder } => $"{holder} holds the lease",
        { Status: LeaseStatus.Unavailable } => $"the lease is unavailable: {last.Detail}",
        _ => "nobody is known to hold the lease",
    };

    /// <summary>Waits until we lead.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (!IsHeld)
        {
            var next = gained.Task;
            if (!IsHeld)
                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes an answer.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="asked">The timestamp from before the question: the lease counts from then at the earliest.</param>
    /// <param name="length">For how long we lead without another answer.</param>
    public void Take(LeaseResult result, long asked, TimeSpan length)
    {
        last = result;
        if (result.Status == LeaseStatus.Unavailable)
            return;

        var isHeld = result.Status == LeaseStatus.Held;
        Volatile.Write(ref until, isHeld ? asked + (long)(length.TotalSeconds * time.TimestampFrequency) : long.MinValue);
        if (!isHeld)
            return;

        var waiting = gained;
        gained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.TrySetResult();
    }
}
