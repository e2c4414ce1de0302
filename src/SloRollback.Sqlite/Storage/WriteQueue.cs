using System.Threading.Channels;

namespace SloRollback.Sqlite.Storage;

/// <summary>
/// The one writer of this process. What waits is written in one transaction (group commit): each write costs its statements, all of them
/// together one sync of the disk. Nobody is answered before the commit. After a fault the connection is opened anew.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable, IDisposable
{
    private const int LargestGroup = 256;

    private readonly SqliteFile file;
    private readonly Channel<Work> queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lazy<Task> writer;

    public WriteQueue(SqliteFile file)
    {
        this.file = file;
        writer = new Lazy<Task>(() => Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap());
    }

    /// <summary>Has something done inside a transaction.</summary>
    /// <param name="write">What to do; called once at most, on the writer's thread. It must leave nothing behind when its answer says that it did nothing.</param>
    /// <param name="failed">The answer when it failed, from the words for people. It may then have been done all the same.</param>
    /// <param name="cancellationToken">Takes it out of the queue; what has begun is finished.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before it began.</exception>
    public async Task<T> RunAsync<T>(Func<WriteSession, T> write, Func<string, T> failed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _ = writer.Value;
        var work = new Work<T>(write, failed, cancellationToken);
        return queue.Writer.TryWrite(work) ? await work.Answer.ConfigureAwait(false) : failed($"SQLite {file.Options.Path}: the host has ended");
    }

    public void Dispose() => queue.Writer.TryComplete();

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        if (writer.IsValueCreated)
            await writer.Value.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        WriteSession? session = null;
        var group = new List<Work>();
        try
        {
            while (await queue.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                group.Clear();
                while (group.Count < LargestGroup && queue.Reader.TryRead(out var next))
                {
                    if (next.TryBegin())
                        group.Add(next);
                }

                if (group.Count > 0)
                    session = Write(session, group);
            }
        }
        finally
        {
            session?.Dispose();
        }
    }

    private WriteSession? Write(WriteSession? session, List<Work> group)
    {
        try
        {
            session ??= new WriteSession(file.Open());
            session.Begin();
            foreach (var work in group)
                work.Do(session);
            session.Commit();
        }
        catch (Exception e)
        {
            // Closing rolls back what the fault left open.
            session?.Dispose();
            foreach (var work in group)
                work.Fail(e, file.Options.Path);
            return null;
        }

        foreach (var work in group)
            work.Succeed();
        return session;
    }

    private abstract class Work
    {
        public abstract bool TryBegin();

        public abstract void Do(WriteSession session);

        public abstract void Succeed();

        public abstract void Fail(Exception e, string path);
    }

    private sealed class Work<T>(Func<WriteSession, T> write, Func<string, T> failed, CancellationToken cancellationToken) : Work
    {
        // Who waits goes on elsewhere: the writer's thread is the next group's.
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Answer => answer.Task;

        public override bool TryBegin()
        {
            if (!cancellationToken.IsCancellationRequested)
                return true;

            answer.TrySetCanceled(cancellationToken);
            return false;
        }

        public override void Do(WriteSession session) => result = write(session);

        public override void Succeed() => answer.TrySetResult(result);

        public override void Fail(Exception e, string path)
        {
            if (Fault.IsExpected(e))
                answer.TrySetResult(failed(Fault.Explain(path, e)));
            else
                answer.TrySetException(e);
        }
    }
}
