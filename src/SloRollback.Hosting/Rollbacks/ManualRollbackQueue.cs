using System.Collections.Concurrent;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>Hands rollbacks by hand to the one thread that evaluates, since it knows the revisions and drives all rollbacks.</summary>
internal sealed class ManualRollbackQueue
{
    private readonly ConcurrentQueue<Waiting> queue = new();

    /// <summary>Waits for the answer; whoever stops waiting before it is taken up takes the request back.</summary>
    public Task<OperationResult> AskAsync(ManualRollbackRequest request, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(request, new(TaskCreationOptions.RunContinuationsAsynchronously));
        queue.Enqueue(waiting);
        return WaitAsync(waiting, cancellationToken);
    }

    public bool TryTake(out Waiting? next)
    {
        while (queue.TryDequeue(out next))
        {
            if (next.TryBegin())
                return true;
        }

        return false;
    }

    private static async Task<OperationResult> WaitAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        await using var stop = cancellationToken.Register(() => waiting.TryCancel(cancellationToken)).ConfigureAwait(false);
        return await waiting.Answer.Task.ConfigureAwait(false);
    }

    internal sealed record Waiting(ManualRollbackRequest Request, TaskCompletionSource<OperationResult> Answer)
    {
        private int begun;

        public bool TryBegin() => Interlocked.CompareExchange(ref begun, 1, 0) == 0;

        public void TryCancel(CancellationToken cancellationToken)
        {
            if (TryBegin())
                Answer.TrySetCanceled(cancellationToken);
        }
    }
}
