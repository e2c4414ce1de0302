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
    private readonly FakeTimeProvider time = new();
    private readonly int seed = Random.Shared.Next();

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    public async Task There_are_never_two_holders_whoever_comes_between_reading_and_writing(int contenders)
    {
        await using var space = await cluster.CreateNamespaceAsync();
        var random = new Random(seed);
        var book = new Book(time);
        var all = Enumerable.Range(0, contenders).Select(i => new Contender(space, time, $"replica-{i}")).ToList();
        var busy = new HashSet<Contender>();
        foreach (var contender in all)
        {
            contender.Wire.Decide = _ => Lose(random);
            contender.Wire.Before = async _ =>
            {
                Pass(random.NextDouble() * 2);
                if (busy.Count < 3 && random.Next(3) == 0)
                    await ActAsync();
            };
        }

        for (var round = 0; round < 250 && book.Fault is null; round++)
        {
            Pass(random.NextDouble() * 4);
            await ActAsync();
        }

        foreach (var contender in all)
            await contender.DisposeAsync();
        Assert.True(book.Fault is null, $"seed {seed}: {book.Fault}");
        Assert.True(book.Handovers > 1, $"seed {seed}: it changed hands {book.Handovers} times");

        // A replica does one thing at a time.
        async Task ActAsync()
        {
            var contender = all[random.Next(contenders)];
            if (!busy.Add(contender))
                return;

            await ContentionTests.ActAsync(contender, book, random);
            busy.Remove(contender);
        }
    }

    [Theory]
    [InlineData(2, 60)]
    [InlineData(10, 20)]
    public async Task There_are_never_two_holders_when_all_ask_at_once(int contenders, int rounds)
    {
        await using var space = await cluster.CreateNamespaceAsync();
        var book = new Book(time);
        await Task.WhenAll(Enumerable.Range(0, contenders).Select(i => Task.Run(async () =>
        {
            var random = new Random(seed + i);
            await using var contender = new Contender(space, time, $"replica-{i}");
            contender.Wire.Decide = _ => Lose(random);
            for (var round = 0; round < rounds && book.Fault is null; round++)
            {
                await ActAsync(contender, book, random);
                Pass(random.NextDouble() * 4 / contenders);
            }
        })));

        Assert.True(book.Fault is null, $"seed {seed}: {book.Fault}");
        Assert.True(book.Handovers > 0, $"seed {seed}: nobody ever held it");
    }

    private static async Task ActAsync(Contender contender, Book book, Random random)
    {
        if (random.Next(12) == 0)
        {
            book.Release(contender.Request.Holder);
            await contender.ReleaseAsync();
            return;
        }

        var asked = book.Now;
        var result = await contender.AcquireAsync();
        if (result.Status == LeaseStatus.Held)
            book.Hold(contender.Request.Holder, asked);
    }

    private static UnreliableWire.Fate Lose(Random random) => random.Next(12) switch
    {
        0 => UnreliableWire.Fate.RequestLost,
        1 => UnreliableWire.Fate.AnswerLost,
        _ => UnreliableWire.Fate.Delivered,
    };

    private void Pass(double seconds) => time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Who holds it, until when.</summary>
    private sealed class Book(FakeTimeProvider time)
    {
        private readonly Dictionary<string, long> until = [];
        private string? last;

        public long Now => time.GetTimestamp();

        public string? Fault { get; private set; }

        public int Handovers { get; private set; }

        public void Release(string name)
        {
            lock (until)
                until.Remove(name);
        }

        public void Hold(string name, long asked)
        {
            lock (until)
            {
                // An answer may come when the lease is over.
                var (now, end) = (Now, asked + (long)(Contender.Length.TotalSeconds * time.TimestampFrequency));
                if (end <= now)
                    return;

                if (until.FirstOrDefault(u => u.Key != name && u.Value > now) is { Key: { } other } holder)
                    Fault ??= $"{name} holds it at {now}, {other} until {holder.Value}";
                Handovers += last == name ? 0 : 1;
                last = name;
                until[name] = end;
            }
        }
    }
}
