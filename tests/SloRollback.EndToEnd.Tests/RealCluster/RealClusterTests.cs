using System.Text;
using System.Text.Json;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.EndToEnd.Tests.RealCluster;

/// <summary>The whole product on a real control plane and a real Prometheus, under real traffic.</summary>
public sealed class RealClusterTests
{
    [Fact]
    public async Task A_bad_release_on_Kubernetes_is_rolled_back_once_and_verified_and_the_evidence_says_why()
    {
        await using var production = await ClusterProduction.StartAsync();
        foreach (var space in (string[])["shop", ClusterProduction.Staging])
            await production.DeployAsync("app:v2", space);

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

        // The plan tells of the variable that changes, and nobody tells its values.
        Assert.Contains("env API_KEY #", text, StringComparison.Ordinal);
        await ElsewhereIsLeftAloneAsync(production);
        await NoSecretsAsync(production);
        using var evidence = JsonDocument.Parse(text);
        Assert.Equal("RollBack", evidence.RootElement.GetProperty("decision").GetProperty("kind").GetString());
    }

    /// <summary>The same metrics beside the workload of another namespace, whose release of that moment is none of their business.</summary>
    private static async Task ElsewhereIsLeftAloneAsync(ClusterProduction production)
    {
        const int SeriesFromElsewhere = 1007;
        var held = await Waiting.ForAsync(() => Decision(production, "mistaken"), 60, () => $"a decision. {production.Describe()}");
        Assert.Equal((DecisionKind.Hold, UnknownReason.SeriesFromElsewhere), (held.Kind, held.Unknown));
        Assert.Contains(HoldReason.Unknown, held.Holds);

        // Both sides by the names of their pods, and once.
        var told = Assert.Single(production.Said.Lines, l => l.Id == SeriesFromElsewhere).Text;
        Assert.Contains("mistaken/production/availability", told, StringComparison.Ordinal);
        Assert.Contains("kubernetes:staging/deployment/checkout (checkout-", told, StringComparison.Ordinal);
        Assert.Equal(2, (await production.ReadAsync(ClusterProduction.Staging)).Metadata.Generation);

        // Who measures at the ingress on purpose says so, and is told what would be rolled back.
        Assert.True(Decision(production, "ingress") is { Unknown: UnknownReason.None }, production.Describe());
        Assert.Contains(production.Said.Lines, l => l.Text.Contains("ingress/production: would roll back rev 2 → rev 1", StringComparison.Ordinal));
    }

    private static RollbackDecision? Decision(ClusterProduction production, string service) =>
        production.Status.Objectives.First(o => o.Key.Service.Name == service).Rules[0].Decision;

    private static async Task NoSecretsAsync(ClusterProduction production)
    {
        var evidence = await Task.WhenAll(production.Evidence.Select(f => File.ReadAllTextAsync(f, TestContext.Current.CancellationToken)));
        IReadOnlyList<string>[] all = [[.. production.Said.Lines.Select(l => l.Text)], [.. production.Said.Notifications], [.. production.Said.Traces], evidence, await production.AnnotationsAsync(), [production.Describe(), $"{production.Status}"]];
        Assert.All(all, Assert.NotEmpty);
        Assert.Contains(production.Said.Lines, l => l.Text.Contains("patch of deployment/checkout", StringComparison.Ordinal));

        // As it is, and as a body of a request or an answer might hold it.
        string[] secrets = [ClusterProduction.Secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(ClusterProduction.Secret))[..^4], Uri.EscapeDataString($"{ClusterProduction.Secret}-app:v2")];
        foreach (var secret in secrets)
            Assert.All(all.SelectMany(a => a), text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }
}
