namespace SloRollback.Tests.Rollbacks;

/// <summary>Random events in any order: the machine never leaves the paths of SEMANTICS §8.</summary>
public sealed class RollbackMachineModelTests
{
    private static readonly Dictionary<RollbackState, RollbackState[]> Ways = new()
    {
        [RollbackState.Proposed] = [RollbackState.AwaitingApproval, RollbackState.Executing, RollbackState.Abandoned],
        [RollbackState.AwaitingApproval] = [RollbackState.Executing, RollbackState.Abandoned],
        [RollbackState.Executing] = [RollbackState.Verifying, RollbackState.Failed, RollbackState.RevertedByOther, RollbackState.Abandoned],
        [RollbackState.Verifying] = [RollbackState.Succeeded, RollbackState.NoEffect, RollbackState.Unverified, RollbackState.RevertedByOther],
    };

    private static RollbackRecord Seed(Dice dice) => Acting.Executed(Given.Deployment("v3", 0), 0) with
    {
        ExecutingAt = null,
        Version = 0,
        Mode = dice.Of(RollbackMode.Approve, RollbackMode.Automatic),
        Claims = [Claim(dice)],
    };

    private static RollbackClaim Claim(Dice dice) => new() { Rule = new RuleKey(Given.Objective, dice.Of("a", "b", "c")), MaximumErrorRatio = 0.01m, MinimumValid = 100 };

    private static RollbackEvent Event(Dice dice, double minutes)
    {
        var at = Given.At(minutes);
        return dice.Below(12) switch
        {
            0 => new RollbackEvent.Proposed(at, Seed(dice)),
            1 => new RollbackEvent.Joined(at, Claim(dice), dice.Of(RollbackMode.Approve, RollbackMode.Automatic)),
            2 => new RollbackEvent.Approved(at, "ann"),
            3 when dice.Chance(0.3) => new RollbackEvent.Withdrawn(at, "no"),
            4 or 5 => new RollbackEvent.Answered(at, new RollbackResult { Status = dice.Of(RollbackResultStatus.Applied, RollbackResultStatus.Applied, RollbackResultStatus.Failed, RollbackResultStatus.Refused), IsTransient = dice.Chance(0.8) }),
            6 or 7 or 8 => new RollbackEvent.Progressed(at, new RollbackProgress { Status = dice.Of(Enum.GetValues<RollbackProgressStatus>()), CompletedAt = dice.Maybe(0.5, () => at) }),
            9 => RollbackMachineTests.Look(minutes, dice.Of(4, 5), dice.Of(0, 0, 50)),
            _ => new RollbackEvent.Ticked(at),
        };
    }

    [DiceProperty(MaxTest = 3000)]
    public void States_only_move_along_their_ways_and_every_write_precedes_its_effect(Dice dice)
    {
        RollbackRecord? record = null;
        var executions = 0;
        var minutes = 0.0;
        for (var i = 0; i < 40; i++)
        {
            minutes += dice.Of(0, 0.5, 1, 3, 12);
            var happened = record is null ? new RollbackEvent.Proposed(Given.At(minutes), Seed(dice)) : Event(dice, minutes);
            var transition = RollbackMachine.Next(record, happened, new EngineSettings());
            var next = transition.Record;
            AssertEffects(record, transition);
            if (record is not null && next.State != record.State) AssertWay(record, next);
            if (record?.IsFinal == true && happened is not RollbackEvent.Proposed) Assert.Same(record, next);
            if (next.State == RollbackState.Executing && record?.State != RollbackState.Executing) executions++;
            Assert.True(executions <= 1, "executed twice");
            AssertConsistent(next);
            record = next;
        }
    }

    [DiceProperty(MaxTest = 1000)]
    public void An_accepted_rollback_ends_in_a_final_state_once_time_passes(Dice dice)
    {
        RollbackRecord? record = null;
        for (var i = 0; i < 15; i++)
        {
            record = RollbackMachine.Next(record, record is null ? new RollbackEvent.Proposed(Given.T0, Seed(dice)) : Event(dice, i), new EngineSettings()).Record;
        }

        // From here on the platform says nothing useful and nothing can be measured.
        for (var minutes = 100.0; minutes < 200 && !record!.IsFinal; minutes += 10)
        {
            foreach (var happened in new RollbackEvent[]
            {
                new RollbackEvent.Ticked(Given.At(minutes)),
                new RollbackEvent.Progressed(Given.At(minutes), new RollbackProgress { Status = RollbackProgressStatus.Unknown }),
                RollbackMachineTests.Look(minutes, measured: 0, bad: 0),
            })
            {
                record = RollbackMachine.Next(record, happened, new EngineSettings()).Record;
            }
        }

        Assert.True(record!.IsFinal, record.State.ToString());
    }

    private static void AssertEffects(RollbackRecord? before, RollbackTransition transition)
    {
        var writes = transition.Effects.OfType<RollbackEffect.WriteJournal>().ToList();
        if (writes.Count == 0)
        {
            Assert.Same(before, transition.Record);
        }
        else
        {
            Assert.Same(Assert.Single(writes), transition.Effects[0]);
            Assert.Equal((before?.Version ?? 0) + 1, transition.Record.Version);
            Assert.Same(transition.Record, writes[0].Record);
        }

        if (transition.Effects.Any(e => e is RollbackEffect.CallRollBack))
            Assert.Equal(RollbackState.Executing, transition.Record.State);
    }

    private static void AssertWay(RollbackRecord before, RollbackRecord next)
    {
        if (before.IsFinal)
        {
            Assert.Equal(RollbackState.Proposed, next.State);
            Assert.Null(before.ExecutingAt);
        }
        else
        {
            Assert.Contains(next.State, Ways[before.State]);
        }
    }

    private static void AssertConsistent(RollbackRecord record)
    {
        Assert.Equal(record.IsFinal, record.FinishedAt is not null);
        if (record.State is RollbackState.Proposed or RollbackState.AwaitingApproval) Assert.Null(record.ExecutingAt);
        if (record.State is RollbackState.Executing or RollbackState.Verifying) Assert.True(record.MayHaveActed);
        if (record.State == RollbackState.Abandoned) Assert.True(!record.MayHaveActed && record.AppliedAt is null);
        if (record.State == RollbackState.Verifying) Assert.NotNull(record.CompletedAt);
        Assert.Equal(record.Claims.Length, record.Claims.DistinctBy(c => c.Rule).Count());
    }
}
