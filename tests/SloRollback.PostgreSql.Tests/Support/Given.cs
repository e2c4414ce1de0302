using System.Globalization;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>What tests are made of.</summary>
internal static class Given
{
    public static readonly RuleKey Rule = new(new ObjectiveKey(new ServiceId("shop", "live"), "availability"), "bad-release");

    /// <summary>The rollback of the n-th deployment before it is proposed.</summary>
    public static RollbackRecord Record(int n) => new()
    {
        Id = RollbackId.Of(new DeploymentId(string.Create(CultureInfo.InvariantCulture, $"deployment {n}"))),
        Deployment = new DeploymentId(string.Create(CultureInfo.InvariantCulture, $"deployment {n}")),
        Target = new DeploymentTarget { Provider = "fake", Workload = string.Create(CultureInfo.InvariantCulture, $"workload-{n}") },
        From = new Revision { Id = "sha-2", Name = "2" },
        To = new Revision { Id = "sha-1", Name = "1" },
        Mode = RollbackMode.Automatic,
        Claims = [new RollbackClaim { Rule = Rule, MaximumErrorRatio = 0.0144m, MinimumValid = 100 }],
        WorkloadIdentity = "uid/7",
        EvidenceId = string.Create(CultureInfo.InvariantCulture, $"ev-{n}"),
        ProposedAt = Store.Start,
    };

    public static RollbackRecord Version(this RollbackRecord record, int version, RollbackState state = RollbackState.Proposed) =>
        record with { Version = version, State = state };

    public static Task<JournalWriteResult> WriteAsync(this IRollbackJournal journal, RollbackRecord record, params string[] unlessPaused) =>
        journal.WriteAsync(new JournalWriteRequest { Record = record, UnlessPaused = [.. unlessPaused] }, TestContext.Current.CancellationToken);

    public static Task<GuardState> ReadAsync(this IRollbackJournal journal) =>
        journal.ReadAsync(new JournalReadRequest { Since = Store.Start - Duration.FromDays(31) }, TestContext.Current.CancellationToken);

    public static Task<JournalWriteResult> PauseAsync(this IRollbackJournal journal, bool isPause, string scope = "") => journal.SetPauseAsync(
        new PauseRequest { IsPause = isPause, Scope = scope, By = "ann", Reason = "why not", At = Store.Start + Duration.FromNanoseconds(1) },
        TestContext.Current.CancellationToken);
}
