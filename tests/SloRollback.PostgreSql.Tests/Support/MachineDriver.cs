using System.Collections.Concurrent;
using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>
/// One replica: feeds the rollback machine and carries out its effects against a journal and a provider, as the engine does.
/// </summary>
internal sealed class MachineDriver(IRollbackJournal journal, IDeploymentRollbacker provider, string name)
{
    private static readonly EngineSettings Settings = new();

    /// <summary>What the journal answered, in order.</summary>
    public ConcurrentQueue<JournalWriteResult> Answers { get; } = new();

    /// <summary>The rollbacks that this replica took into Executing.</summary>
    public ConcurrentQueue<RollbackId> Executed { get; } = new();

    /// <summary>Proposes a rollback.</summary>
    public Task<RollbackRecord?> ProposeAsync(RollbackRecord record) => DriveAsync(null, new RollbackEvent.Proposed(Store.Start, record));

    /// <summary>Takes a rollback as far as it goes now.</summary>
    public async Task<RollbackRecord?> MoveOnAsync(RollbackRecord record)
    {
        var moved = await DriveAsync(record, new RollbackEvent.Ticked(Store.Start));
        return moved is { State: RollbackState.Verifying } ? await DriveAsync(moved, new RollbackEvent.Verified(Store.Start, Confirmed)) : moved;
    }

    private static Verification Confirmed => new()
    {
        EvaluatedAt = Store.Start,
        CompletedAt = Store.Start,
        Readings = [new VerificationReading { Objective = Given.Rule.Objective, Valid = 1000, Measured = Duration.FromMinutes(5), MaximumErrorRatio = 0.01m, MinimumValid = 100 }],
    };

    private async Task<RollbackRecord?> DriveAsync(RollbackRecord? current, RollbackEvent happened)
    {
        RollbackEvent? next = happened;
        while (next is not null)
        {
            var transition = RollbackMachine.Next(current, next, Settings);
            next = null;
            foreach (var effect in transition.Effects)
            {
                switch (effect)
                {
                    case RollbackEffect.WriteJournal write:
                        if (!await WriteAsync(current, write.Record))
                            return current;
                        current = write.Record;
                        break;
                    case RollbackEffect.CallRollBack:
                        next = new RollbackEvent.Answered(Store.Start, await provider.RollBackAsync(Request(current!), CancellationToken.None));
                        break;
                    case RollbackEffect.AskProgress:
                        next = new RollbackEvent.Progressed(Store.Start, await provider.GetProgressAsync(Request(current!), CancellationToken.None));
                        break;
                    case RollbackEffect.Notify:
                        break;
                }
            }
        }

        return current;
    }

    private async Task<bool> WriteAsync(RollbackRecord? before, RollbackRecord record)
    {
        var isEntering = record.State == RollbackState.Executing && before?.State != RollbackState.Executing;
        var answer = await journal.WriteAsync(
            new JournalWriteRequest
            {
                Record = record,
                UnlessPaused = isEntering ? [.. record.Claims.Select(c => c.Rule.ToString())] : [],
                Entries = [new JournalEntry { At = Store.Start, Kind = JournalEntryKind.Rollback, Subject = record.Id.Value, By = name, Text = record.State.ToString() }],
            },
            CancellationToken.None);
        Answers.Enqueue(answer);
        if (isEntering && answer.Status == JournalWriteStatus.Written)
            Executed.Enqueue(record.Id);
        return answer.Status == JournalWriteStatus.Written;
    }

    private static RollbackRequest Request(RollbackRecord record) => new() { Id = record.Id, Target = record.Target, From = record.From, To = record.To };
}
