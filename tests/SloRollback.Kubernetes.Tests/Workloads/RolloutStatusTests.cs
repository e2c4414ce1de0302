using System.Text.Json;
using NodaTime;
using SloRollback.Kubernetes.Progress;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Workloads;

/// <summary>Statuses of rollouts that are hard to come by on a real cluster.</summary>
public sealed class RolloutStatusTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 12, 0);

    [Theory]
    [InlineData("""{"metadata":{"generation":3},"spec":{"replicas":3},"status":{"observedGeneration":2,"updatedReplicas":3,"replicas":3,"availableReplicas":3}}""", RollbackProgressStatus.InProgress)]
    [InlineData("""{"spec":{"replicas":3},"status":{"updatedReplicas":2,"replicas":3,"availableReplicas":3}}""", RollbackProgressStatus.InProgress)]
    [InlineData("""{"spec":{"replicas":3},"status":{"updatedReplicas":3,"replicas":4,"availableReplicas":4}}""", RollbackProgressStatus.InProgress)]
    [InlineData("""{"spec":{"replicas":3},"status":{"updatedReplicas":3,"replicas":3,"availableReplicas":2}}""", RollbackProgressStatus.InProgress)]
    [InlineData("""{"spec":{"replicas":3},"status":{"updatedReplicas":3,"replicas":3,"availableReplicas":3}}""", RollbackProgressStatus.Completed)]
    [InlineData("""{"spec":{"replicas":0},"status":{}}""", RollbackProgressStatus.Completed)]
    [InlineData("""{"spec":{"replicas":3,"paused":true},"status":{"updatedReplicas":3,"replicas":3,"availableReplicas":3}}""", RollbackProgressStatus.InProgress)]
    [InlineData("""{"spec":{"replicas":3},"status":{"replicas":3,"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"ReplicaSet \"web-old\" has timed out progressing."}]}}""", RollbackProgressStatus.InProgress)]
    [InlineData("""{"spec":{"replicas":3},"status":{"replicas":3,"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"ReplicaSet \"web-new\" has timed out progressing."}]}}""", RollbackProgressStatus.Failed)]
    [InlineData("""{"spec":{"replicas":3},"status":{"updatedReplicas":1,"replicas":3,"availableReplicas":2,"conditions":[{"type":"Available","status":"True"},{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"}]}}""", RollbackProgressStatus.Failed)]
    public void Deployment(string json, RollbackProgressStatus expected) => Assert.Equal(expected, Of(WorkloadKind.Deployment, json).Status);

    /// <summary>Within the second that it tells, which may have been its last moment; but not after it was seen to be complete.</summary>
    [Theory]
    [InlineData("11:58:00", 11 * 3600 + 58 * 60 + 1)]
    [InlineData("12:00:00", 12 * 3600)]
    [InlineData("12:00:07", 12 * 3600 + 7)]
    public void A_deployment_says_when_it_completed(string told, int expected) => Assert.Equal(
        Instant.FromUtc(2026, 11, 23, 0, 0) + Duration.FromSeconds(expected),
        Of(WorkloadKind.Deployment, $$"""
            {"spec":{"replicas":1},"status":{"updatedReplicas":1,"replicas":1,"availableReplicas":1,
             "conditions":[{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable","lastUpdateTime":"2026-11-23T{{told}}Z"}]} }
            """).CompletedAt);

    [Theory]
    [InlineData(0, 2, 3, RollbackProgressStatus.InProgress)]
    [InlineData(0, 3, 2, RollbackProgressStatus.InProgress)]
    [InlineData(0, 3, 3, RollbackProgressStatus.Completed)]
    [InlineData(2, 1, 3, RollbackProgressStatus.Completed)]
    [InlineData(2, 0, 3, RollbackProgressStatus.InProgress)]
    [InlineData(5, 0, 3, RollbackProgressStatus.Completed)]
    public void StatefulSet(int partition, int updated, int ready, RollbackProgressStatus expected) => Assert.Equal(
        expected,
        Of(WorkloadKind.StatefulSet, $$$"""
            {"spec":{"replicas":3,"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":{{{partition}}} } } },"status":{"updatedReplicas":{{{updated}}},"readyReplicas":{{{ready}}} } }
            """).Status);

    [Theory]
    [InlineData("Progressing", "a", RollbackProgressStatus.InProgress)]
    [InlineData("Paused", "a", RollbackProgressStatus.InProgress)]
    [InlineData("Healthy", "b", RollbackProgressStatus.InProgress)]
    [InlineData("Healthy", "a", RollbackProgressStatus.Completed)]
    [InlineData("Degraded", "a", RollbackProgressStatus.Failed)]
    public void Rollout(string phase, string stable, RollbackProgressStatus expected) => Assert.Equal(
        expected,
        Of(WorkloadKind.Rollout, $$"""
            {"metadata":{"generation":4},"status":{"observedGeneration":"4","phase":"{{phase}}","currentPodHash":"a","stableRS":"{{stable}}"} }
            """).Status);

    private static RollbackProgress Of(WorkloadKind kind, string json) => RolloutStatus.Of(new WorkloadObject(kind, JsonSerializer.Deserialize<JsonElement>(json)), "web-new", Now);
}
