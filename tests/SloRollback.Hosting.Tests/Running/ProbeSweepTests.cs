using Microsoft.Extensions.DependencyInjection;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>What is left of probes is taken away from the start on, whatever goes wrong.</summary>
public sealed class ProbeSweepTests
{
    [Fact]
    public async Task Probes_are_swept_at_start_and_again_and_a_fault_is_told_once()
    {
        var probe = new Probe();
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b => b.Services.AddKeyedSingleton<IControlProbe>("fake", probe));
        var service = host.HostedServices.OfType<ProbeSweepService>().Single();
        await service.StartAsync(TestContext.Current.CancellationToken);
        await SweptAsync(1);
        Assert.Equal([EngineHost.Target], probe.Requests[0].Targets);
        await EngineHost.UntilAsync(() => host.Log.Count(3009) == 1);

        probe.Fault = new InvalidOperationException("a bug");
        await SweptAsync(2);
        await EngineHost.UntilAsync(() => host.Log.Count(3010) == 1);
        await SweptAsync(3);
        probe.Fault = null;
        await SweptAsync(4);
        await EngineHost.UntilAsync(() => host.Log.Count(3009) == 2);
        Assert.Equal(1, host.Log.Count(3010));
        await service.StopAsync(TestContext.Current.CancellationToken);

        Task SweptAsync(int times) => EngineHost.UntilAsync(() =>
        {
            if (probe.Requests.Count < times && times > 1) host.Time.Advance(TimeSpan.FromMinutes(1));
            return probe.Requests.Count >= times;
        });
    }

    private sealed class Probe : IControlProbe
    {
        public List<ProbeSweepRequest> Requests { get; } = [];

        public Exception? Fault { get; set; }

        public Task<ProbeSweepResult> SweepAsync(ProbeSweepRequest request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            return Fault is null ? Task.FromResult(new ProbeSweepResult { Removed = ["a-probe"] }) : throw Fault;
        }

        public Task<ProbeResult> StartAsync(ProbeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ProbeResult> ReadAsync(ProbeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ProbeResult> RemoveAsync(ProbeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
