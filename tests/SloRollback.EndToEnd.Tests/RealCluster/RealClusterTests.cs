using System.Text.Json;
using SloRollback.Rollbacks;

namespace SloRollback.EndToEnd.Tests.RealCluster;

/// <summary>The whole product on a real control plane and a real Prometheus, under real traffic.</summary>
public sealed class RealClusterTests
{
    [Fact]
    public async Task A_bad_release_on_Kubernetes_is_rolled_back_once_and_verified_and_the_evidence_says_why()
    {
        await using var production = await ClusterProduction.StartAsync();
        await production.DeployAsync("app:v2");

        var rollback = await Waiting.ForAsync(
            () => production.Status.Guards.Rollbacks.FirstOrDefault(r => r.IsFinal), 120, () => $"the rollback ends. {production.Describe()}");
        Assert.True(rollback.State == RollbackState.Succeeded, production.Describe());
        Assert.Equal(("rev 2", "rev 1"), (rollback.From.Name, rollback.To.Name));
        Assert.Equal(["app:v1", "app:v1", "app:v1"], production.Images);

        // Brought back as the third revision of its history, by us.
        var deployment = await production.ReadAsync();
        Assert.Equal("app:v1", deployment.Spec.Template.Spec.Containers[0].Image);
        Assert.Equal("3", deployment.Metadata.Annotations["deployment.kubernetes.io/revision"]);
        Assert.Contains(rollback.Id.ToString(), string.Join(' ', deployment.Metadata.Annotations.Values), StringComparison.Ordinal);

        var file = Assert.Single(production.Evidence, f => Path.GetFileNameWithoutExtension(f) == rollback.EvidenceId);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("do-not-print", text, StringComparison.Ordinal);
        using var evidence = JsonDocument.Parse(text);
        Assert.Equal("RollBack", evidence.RootElement.GetProperty("decision").GetProperty("kind").GetString());
    }
}
