using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Documents exist where they are named, and replay.</summary>
public sealed class EvidenceTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_status_names_evidence_that_exists()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        using var host = new EngineHost(EngineHost.BadFrom(Release - Duration.FromMinutes(3), 0.2), more: b => b.WithEvidenceDirectory(directory));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(30);
        Assert.Equal(DecisionKind.Hold, host.Decision!.Kind);
        Assert.True(File.Exists(Path.Combine(directory, host.Status.Objectives[0].Rules[0].EvidenceId + ".json")), string.Join(' ', Directory.GetFiles(directory)));
    }

    [Fact]
    public async Task Every_document_replays()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(7)), more: b => b.WithEvidenceDirectory(directory));
        await host.Operations.PauseAsync("", "x", "y", Cancel);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Decision is not null);
        await host.Operations.ResumeAsync("", "x", Cancel);
        await host.RunAsync(40);
        var files = Directory.GetFiles(directory, "*.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var e = RollbackEvidence.Parse(await File.ReadAllTextAsync(file, Cancel));
            var again = e.Replay();
            Assert.Equal((e.Decision.Kind, e.Decision.Headline, e.Decision.Text), (again.Kind, again.Headline, again.Text));
        }
    }
}
