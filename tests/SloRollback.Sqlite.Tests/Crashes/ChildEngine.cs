using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Sqlite.Tests.Crashes;

/// <summary>
/// What is killed: this very program, started with the journal's file and a directory for the platform, rolls one deployment after the other back
/// through the product's own driver and journal. Open rollbacks go on first, as after every start.
/// </summary>
internal static class ChildEngine
{
    public const string Variable = "SLOROLLBACK_CHILD_ENGINE";

    private static readonly RuleKey Rule = new(new ObjectiveKey(new ServiceId("checkout", "production"), "availability"), "bad-release");

    /// <summary>Instead of the tests, when the parent says so.</summary>
    /// <param name="task">Journal, platform, first and last number: <c>file|directory|1|50</c>.</param>
    public static Task RunAsync(string task)
    {
        var parts = task.Split('|');
        return RunAsync(parts[0], parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture), int.Parse(parts[3], CultureInfo.InvariantCulture));
    }

    public static DeploymentId Deployment(int number) => new($"deployment-{number.ToString(CultureInfo.InvariantCulture)}");

    private static async Task RunAsync(string file, string directory, int first, int last)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        var builder = collection.AddSloRollback();
        builder.AddSqlite(file);
        collection.AddKeyedSingleton<IDeploymentRollbacker>("files", new FilePlatform(directory));
        await using var services = collection.BuildServiceProvider();
        var (journal, driver, evidence) = (services.GetRequiredService<IRollbackJournal>(), services.GetRequiredService<RollbackDriver>(), services.GetRequiredService<EvidenceStore>());
        var time = services.GetRequiredService<TimeProvider>();
        Console.WriteLine("ready");

        foreach (var open in (await journal.ReadAsync(new JournalReadRequest { Since = Instant.MaxValue }, CancellationToken.None)).Rollbacks)
            await DriveAsync(journal, driver, time, open);

        var known = (await journal.ReadAsync(new JournalReadRequest(), CancellationToken.None)).Rollbacks.Select(r => r.Id).ToHashSet();
        for (var number = first; number <= last; number++)
        {
            if (known.Contains(RollbackId.Of(Deployment(number))))
                continue;

            var now = Instant.FromDateTimeOffset(time.GetUtcNow());
            var asked = new ManualRollbackInput { At = now, Target = Target(), By = "test", Settings = new EngineSettings(), Service = Rule.Objective.Service };
            var document = EvidenceFactory.Create(asked, ManualRollbackDecider.Decide(asked));
            evidence.Save(document, isOpen: true);
            var proposed = await driver.DriveAsync(null, new RollbackEvent.Proposed(now, Record(number, document.Id)), CancellationToken.None);
            await DriveAsync(journal, driver, time, proposed.Record ?? throw new InvalidOperationException(proposed.Status.ToString()));
        }
    }

    // The platform completes at once, so that one tick asks for the progress and the next finds it verified.
    private static async Task DriveAsync(IRollbackJournal journal, RollbackDriver driver, TimeProvider time, RollbackRecord record)
    {
        while (!record.IsFinal)
        {
            var at = Instant.FromDateTimeOffset(time.GetUtcNow());
            RollbackEvent happened = record.State == RollbackState.Verifying ? new RollbackEvent.Verified(at, Good(at)) : new RollbackEvent.Ticked(at);
            var guards = record.State == RollbackState.Proposed ? await journal.ReadAsync(new JournalReadRequest { Since = Instant.MaxValue }, CancellationToken.None) : null;
            var driven = await driver.DriveAsync(record, happened, CancellationToken.None, guards: guards);
            record = driven.Status == JournalWriteStatus.Written ? driven.Record! : throw new InvalidOperationException($"{record.Id}: {driven.Status}");
        }
    }

    private static DeploymentTarget Target() => new() { Provider = "files", Workload = "checkout" };

    private static RollbackRecord Record(int number, string evidenceId) => new()
    {
        Id = RollbackId.Of(Deployment(number)),
        Target = Target(),
        Deployment = Deployment(number),
        From = new Revision { Id = "sha-2", Name = "v2" },
        To = new Revision { Id = "sha-1", Name = "v1" },
        Mode = RollbackMode.Automatic,
        Claims = [new RollbackClaim { Rule = Rule, MaximumErrorRatio = 0.01m, MinimumValid = 1 }],
        EvidenceId = evidenceId,
    };

    private static Verification Good(Instant at) => new()
    {
        EvaluatedAt = at,
        CompletedAt = at,
        Needed = Duration.FromMinutes(5),
        Timeout = Duration.FromMinutes(30),
        Readings = [new VerificationReading { Objective = Rule.Objective, Valid = 1000, Measured = Duration.FromMinutes(5), MaximumErrorRatio = 0.01m, MinimumValid = 1 }],
    };
}
