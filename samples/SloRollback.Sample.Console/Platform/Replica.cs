using SloRollback.Sample.Checkout;

namespace SloRollback.Sample.Platform;

/// <summary>
/// A place for one process of the service, at one port. A restart replaces the process: requests in flight are finished first, and
/// none is sent to it before the new one is ready.
/// </summary>
internal sealed class Replica(int number, int port, Dependency dependency, TimeProvider time) : IAsyncDisposable
{
    // What a process needs before it can serve: loading, connecting, warming up.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(450);
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(10);

    // The port was ours a moment ago, but the system may have lent it to an outgoing connection.
    private const int BindAttempts = 20;

    private readonly Lock gate = new();
    private CheckoutProcess? process;
    private int inFlight;

    public int Number => number;

    public ReplicaState State { get; private set; }

    public AppVersion? Version { get; private set; }

    /// <summary>Where it listens; <see langword="null"/> before its first start.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Replaces the process by one of another version.</summary>
    public async Task RestartAsync(AppVersion version, CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        lock (gate) (State, Version) = (ReplicaState.Starting, version);
        await Task.Delay(WarmUp, time, cancellationToken);
        process = await StartAsync(version, cancellationToken);
        Address = process.Address;
        lock (gate) State = ReplicaState.Serving;
    }

    /// <summary>Takes a request on, unless the replica does not serve. Every one taken on is ended with <see cref="Exit"/>.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            if (State != ReplicaState.Serving) return false;
            inFlight++;
            return true;
        }
    }

    public void Exit()
    {
        lock (gate) inFlight--;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (gate) State = process is null ? ReplicaState.Stopped : ReplicaState.Draining;
        while (Volatile.Read(ref inFlight) > 0)
            await Task.Delay(DrainPoll, time, cancellationToken);

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate) State = ReplicaState.Stopped;
        if (process is not null) await process.DisposeAsync();
        process = null;
    }

    private async Task<CheckoutProcess> StartAsync(AppVersion version, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CheckoutProcess.StartAsync(version, Address?.Port ?? port, dependency, time, cancellationToken);
            }
            catch (IOException) when (Address is not null && attempt < BindAttempts)
            {
                await Task.Delay(WarmUp / BindAttempts, time, cancellationToken);
            }
        }
    }
}
