using SloRollback.Leases;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>A lease that goes to whom the test says.</summary>
internal sealed class ScriptedLease : IEvaluationLease
{
    private volatile string? holder;

    /// <summary>Does the next who asks get it?</summary>
    public volatile bool IsFree = true;

    /// <summary>Whoever asks gets no answer, but this.</summary>
    public volatile Exception? Failure;

    public volatile int Asked;

    public volatile int Released;

    public string? Holder => holder;

    /// <summary>Somebody else takes it.</summary>
    public void Take(string other) => holder = other;

    public Task<LeaseResult> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Asked);
        if (Failure is { } failure)
            return Task.FromException<LeaseResult>(failure);

        if (holder is null && IsFree)
            holder = request.Holder;
        return Task.FromResult(new LeaseResult { Status = holder == request.Holder ? LeaseStatus.Held : LeaseStatus.NotHeld, Holder = holder });
    }

    public Task<LeaseResult> ReleaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Released);
        if (holder == request.Holder)
            holder = null;
        return Task.FromResult(new LeaseResult { Status = LeaseStatus.NotHeld });
    }
}
