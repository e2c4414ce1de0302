using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Leases;

namespace SloRollback.Kubernetes.Tests.Leases;

/// <summary>How the lease is taken, kept, given up and taken over, on a real API server and in virtual time.</summary>
public sealed class KubernetesLeaseTests(SharedCluster cluster)
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(1500));

    [Fact]
    public async Task It_is_made_renewed_handed_over_and_taken_over_as_other_components_do()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using var a = new Contender(space, time, "a");
        await using var b = new Contender(space, time, "b");

        Assert.Equal(Held("a"), await a.AcquireAsync());
        Assert.Equal(new Spec("a", 15, "2026-03-01T12:00:00.001500Z", "2026-03-01T12:00:00.001500Z", 0), await SpecAsync(space));

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Held("a"), await a.AcquireAsync());
        Assert.Equal(new Spec("a", 15, "2026-03-01T12:00:00.001500Z", "2026-03-01T12:00:02.001500Z", 0), await SpecAsync(space));

        Assert.Equal(NotHeld("a"), await b.AcquireAsync());
        Assert.Equal(NotHeld("a"), await b.ReleaseAsync());
        Assert.Equal(NotHeld(null), await a.ReleaseAsync());
        Assert.Equal(new Spec("", 1, "2026-03-01T12:00:00.001500Z", "2026-03-01T12:00:02.001500Z", 0), await SpecAsync(space));

        Assert.Equal(Held("b"), await b.AcquireAsync());
        Assert.Equal(new Spec("b", 15, "2026-03-01T12:00:02.001500Z", "2026-03-01T12:00:02.001500Z", 1), await SpecAsync(space));
        Assert.Equal(NotHeld("b"), await a.AcquireAsync());

        // Two calls while nobody quarrels.
        Assert.Equal(["GET", "POST", "GET", "PUT", "GET", "PUT", "GET"], a.Wire.Asked.Select(r => r.Split(' ')[0]));
    }

    [Fact]
    public async Task Who_is_silent_for_the_whole_duration_loses_it_and_not_before()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using var a = new Contender(space, time, "a");
        await using var b = new Contender(space, time, "b");
        await a.AcquireAsync();
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(NotHeld("a"), await b.AcquireAsync());

        // It counts from when b saw it, whatever the record says of its age.
        time.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromTicks(1));
        Assert.Equal(NotHeld("a"), await b.AcquireAsync());
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Held("b"), await b.AcquireAsync());
        Assert.Equal(NotHeld("b"), await a.AcquireAsync());
        Assert.Equal(1, (await SpecAsync(space)).LeaseTransitions);
    }

    [Fact]
    public async Task Each_renewal_that_is_seen_counts_anew_and_clocks_are_not_compared()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        var slow = new FakeTimeProvider(time.GetUtcNow().AddDays(-3));
        await using var a = new Contender(space, slow, "a");
        await using var b = new Contender(space, time, "b");
        for (var i = 0; i < 4; i++)
        {
            slow.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(Held("a"), await a.AcquireAsync());
            Assert.Equal(NotHeld("a"), await b.AcquireAsync());
            time.Advance(TimeSpan.FromSeconds(14));
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Held("b"), await b.AcquireAsync());
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_lease_with_the_one_who_asked()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using var a = new Contender(space, time, "a");
        await using var b = new Contender(space, time, "b");
        a.Wire.Decide = r => r.Method == HttpMethod.Post ? UnreliableWire.Fate.AnswerLost : UnreliableWire.Fate.Delivered;
        Assert.Equal(new LeaseResult { Detail = "the API server cannot be asked: the answer was lost" }, await a.AcquireAsync());
        Assert.Equal(NotHeld("a"), await b.AcquireAsync());
        Assert.Equal(Held("a"), await a.AcquireAsync());
    }

    [Fact]
    public async Task Who_writes_between_reading_and_writing_is_never_overwritten()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using var a = new Contender(space, time, "a");
        await using var b = new Contender(space, time, "b");
        await using var c = new Contender(space, time, "c");
        await a.AcquireAsync();
        await b.AcquireAsync();
        await c.AcquireAsync();
        time.Advance(TimeSpan.FromSeconds(15));
        b.Wire.Before = r => r.Method == HttpMethod.Put ? c.AcquireAsync() : Task.CompletedTask;
        Assert.Equal(NotHeld("c"), await b.AcquireAsync());
        Assert.Equal("c", (await SpecAsync(space)).HolderIdentity);

        // Labels are no reason to lose it, unless somebody writes them all the time.
        await using var d = new Contender(space, time, "c");
        var edits = 0;
        d.Wire.Before = r => r.Method == HttpMethod.Put && edits++ < 2 ? LabelAsync(space, $"{edits}") : Task.CompletedTask;
        Assert.Equal(Held("c"), await d.AcquireAsync());
        d.Wire.Before = r => r.Method == HttpMethod.Put ? LabelAsync(space, $"{edits++}") : Task.CompletedTask;
        Assert.Equal(new LeaseResult { Detail = $"the Lease {space.Name}/slorollback changes all the time" }, await d.AcquireAsync());
        Assert.Equal("5", (await LeaseAsync(space))["metadata"]!["labels"]!["edit"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_label_that_somebody_writes_does_not_count_as_renewal()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using var a = new Contender(space, time, "a");
        await using var b = new Contender(space, time, "b");
        await a.AcquireAsync();
        await b.AcquireAsync();
        time.Advance(TimeSpan.FromSeconds(14));
        await LabelAsync(space, "x");
        Assert.Equal(NotHeld("a"), await b.AcquireAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Held("b"), await b.AcquireAsync());
        Assert.Equal("x", (await LeaseAsync(space))["metadata"]!["labels"]!["edit"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_deleted_lease_is_made_anew_by_its_holder_and_by_others_only_when_that_one_is_gone()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using var a = new Contender(space, time, "a");
        await using var b = new Contender(space, time, "b");
        await a.AcquireAsync();
        await b.AcquireAsync();
        await DeleteAsync(space);
        Assert.Equal(NotHeld("a"), await b.AcquireAsync());
        Assert.Equal(Held("a"), await a.AcquireAsync());
        Assert.Equal(NotHeld("a"), await b.AcquireAsync());

        await DeleteAsync(space);
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(Held("b"), await b.AcquireAsync());
        Assert.Equal(NotHeld("b"), await a.AcquireAsync());

        await DeleteAsync(space);
        Assert.Equal(NotHeld(null), await b.ReleaseAsync());
    }

    [Fact]
    public async Task What_somebody_writes_into_it_counts()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using var a = new Contender(space, time, "a");
        await a.AcquireAsync();

        // To another one.
        await MergeAsync(space, """{"spec":{"holderIdentity":"intruder"}}""");
        Assert.Equal(NotHeld("intruder"), await a.AcquireAsync());
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(Held("a"), await a.AcquireAsync());

        // Without anything, and with a duration beyond all measure.
        await MergeAsync(space, """{"spec":null}""");
        Assert.Equal(Held("a"), await a.AcquireAsync());
        await MergeAsync(space, """{"spec":{"holderIdentity":"intruder","leaseDurationSeconds":2000000000,"leaseTransitions":2147483647}}""");
        Assert.Equal(NotHeld("intruder"), await a.AcquireAsync());
        time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal(NotHeld("intruder"), await a.AcquireAsync());
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Held("a"), await a.AcquireAsync());
    }

    [Fact]
    public async Task Without_the_right_or_the_namespace_it_is_unavailable_and_says_what_it_needs()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await using var a = new Contender(space, time, "a", space.LimitedKubeconfig);
        foreach (var denied in new[] { await a.AcquireAsync(), await a.ReleaseAsync() })
        {
            Assert.Equal((LeaseStatus.Unavailable, null), (denied.Status, denied.Holder));
            Assert.Matches($"^the API server answered 403 Forbidden: .*cannot get resource \"leases\".*; get, create and update of leases \\(coordination.k8s.io\\) are needed in the namespace {space.Name}$", denied.Detail);
        }

        await using var b = new Contender(space, time, "b", space.Kubeconfig + "x");
        var result = await b.AcquireAsync();
        Assert.Equal(LeaseStatus.Unavailable, result.Status);
        Assert.StartsWith("the cluster cannot be reached as configured", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_outlives_the_api_server()
    {
        Assert.SkipUnless(ControlPlane.IsAvailable, ControlPlane.SkipReason);
        await using var plane = await ControlPlane.StartAsync(TestContext.Current.CancellationToken);
        await using var space = await TestNamespace.CreateAsync(plane);
        await using var a = new Contender(space, time, "a");
        await using var b = new Contender(space, time, "b");
        await a.AcquireAsync();
        await b.AcquireAsync();

        await plane.KillApiServerAsync();
        foreach (var contender in new[] { a, b })
        {
            var result = await contender.AcquireAsync();
            Assert.Equal((LeaseStatus.Unavailable, null), (result.Status, result.Holder));
            Assert.StartsWith("the API server cannot be asked: ", result.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(LeaseStatus.Unavailable, (await a.ReleaseAsync()).Status);
        time.Advance(TimeSpan.FromSeconds(10));
        await plane.StartApiServerAsync(TestContext.Current.CancellationToken);
        await SettleAsync(b);
        Assert.Equal(NotHeld("a"), await b.AcquireAsync());
        Assert.Equal(Held("a"), await a.AcquireAsync());

        // Down for longer than the lease: whoever comes first.
        await plane.KillApiServerAsync();
        time.Advance(TimeSpan.FromSeconds(30));
        await plane.StartApiServerAsync(TestContext.Current.CancellationToken);
        await SettleAsync(b);
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(Held("b"), await b.AcquireAsync());
        Assert.Equal(NotHeld("b"), await a.AcquireAsync());
    }

    [Fact]
    public async Task Cancellation_is_the_only_exception()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using var a = new Contender(space, time, "a");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => a.Lease.AcquireAsync(a.Request, new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => a.Lease.ReleaseAsync(a.Request, new CancellationToken(canceled: true)));
    }

    // A connection to the server that was killed fails once more.
    private static Task SettleAsync(Contender contender) =>
        Wait.UntilAsync(async () => (await contender.AcquireAsync()).Status != LeaseStatus.Unavailable, "an answer from the new API server");

    private static LeaseResult Held(string holder) => new() { Status = LeaseStatus.Held, Holder = holder };

    private static LeaseResult NotHeld(string? holder) => new() { Status = LeaseStatus.NotHeld, Holder = holder };

    private static Task<JsonObject> LeaseAsync(TestNamespace space) => space.GetAsync("leases", "slorollback", "coordination.k8s.io");

    private static async Task<Spec> SpecAsync(TestNamespace space)
    {
        var spec = (await LeaseAsync(space))["spec"]!;
        return new Spec((string?)spec["holderIdentity"], (int)spec["leaseDurationSeconds"]!, (string?)spec["acquireTime"], (string?)spec["renewTime"], (int)spec["leaseTransitions"]!);
    }

    private static Task<JsonObject> MergeAsync(TestNamespace space, string patch) => space.MergeAsync("leases", "slorollback", patch, "coordination.k8s.io");

    private static Task<JsonObject> LabelAsync(TestNamespace space, string value) => MergeAsync(space, """{"metadata":{"labels":{"edit":"*"}}}""".Replace('*', value[0]));

    private static Task<V1Status> DeleteAsync(TestNamespace space) => space.Kube.CoordinationV1.DeleteNamespacedLeaseAsync("slorollback", space.Name);

    private sealed record Spec(string? HolderIdentity, int LeaseDurationSeconds, string? AcquireTime, string? RenewTime, int LeaseTransitions);
}
