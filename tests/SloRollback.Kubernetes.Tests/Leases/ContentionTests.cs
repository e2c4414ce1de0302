using k8s;
using Microsoft.Extensions.Time.Testing;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Leases;

namespace SloRollback.Kubernetes.Tests.Leases;

/// <summary>
/// Several replicas fight for one Lease on a real API server, while requests and answers get lost, replicas fall silent and come back,
/// and time passes at any moment. Whoever was told that it holds the lease holds it from the question for the lease's duration, unless it
/// gives it up: no two of these stretches may meet.
/// </summary>
public sealed class ContentionTests(SharedCluster cluster)
{
    [Theory]
    [InlineData(2, 60)]
    [InlineData(10, 25)]
    public async Task There_are_never_two_holders(int contenders, int rounds)
    {
        await using var space = await cluster.CreateNamespaceAsync();
        var seed = Random.Shared.Next();
        var time = new FakeTimeProvider();
        var book = new Book(time);
        await Task.WhenAll(Enumerable.Range(0, contenders).Select(i => Task.Run(() => ContendAsync(space, time, book, $"replica-{i}", new Random(seed + i), rounds, TimeSpan.FromSeconds(4.0 / contenders)))));

        Assert.True(book.Fault is null, $"seed {seed}: {book.Fault}");
        Assert.True(book.Holders > 1, $"seed {seed}: {book.Holders} of {contenders} ever held it");
    }

    private static async Task ContendAsync(TestNamespace space, FakeTimeProvider time, Book book, string name, Random random, int rounds, TimeSpan pace)
    {
        await using var contender = new Contender(space, time, name);
        contender.Wire.Decide = _ => random.Next(12) switch
        {
            0 => UnreliableWire.Fate.RequestLost,
            1 => UnreliableWire.Fate.AnswerLost,
            _ => UnreliableWire.Fate.Delivered,
        };
        contender.Wire.Before = _ =>
        {
            if (random.Next(4) == 0)
                time.Advance(pace * random.NextDouble() * 2);
            return Task.CompletedTask;
        };

        for (var round = 0; round < rounds && book.Fault is null; round++)
        {
            switch (random.Next(10))
            {
                case 0:
                    book.Release(name);
                    await contender.ReleaseAsync();
                    break;
                case 1:
                    // It falls silent, as after a crash or in a long pause, while the others go on.
                    for (var i = random.Next(20); i > 0; i--)
                    {
                        await space.Kube.CoreV1.ReadNamespaceAsync(space.Name, cancellationToken: TestContext.Current.CancellationToken);
                        time.Advance(pace * random.NextDouble() * 2);
                    }

                    break;
                default:
                    var asked = time.GetTimestamp();
                    var result = await contender.AcquireAsync();
                    if (result.Status == LeaseStatus.Held)
                        book.Hold(name, asked);
                    time.Advance(pace * random.NextDouble());
                    break;
            }
        }
    }

    /// <summary>Who holds it, until when.</summary>
    private sealed class Book(FakeTimeProvider time)
    {
        private readonly Dictionary<string, long> until = [];
        private readonly HashSet<string> holders = [];

        public string? Fault { get; private set; }

        public int Holders => holders.Count;

        public void Release(string name)
        {
            lock (until)
                until.Remove(name);
        }

        public void Hold(string name, long asked)
        {
            lock (until)
            {
                // An answer may be as late as the lease is long.
                var (now, end) = (time.GetTimestamp(), asked + (long)(Contender.Length.TotalSeconds * time.TimestampFrequency));
                if (end <= now)
                    return;

                if (until.FirstOrDefault(u => u.Key != name && u.Value > now) is { Key: { } other } holder)
                    Fault ??= $"{name} holds it at {now}, {other} until {holder.Value}";
                until[name] = end;
                holders.Add(name);
            }
        }
    }
}
