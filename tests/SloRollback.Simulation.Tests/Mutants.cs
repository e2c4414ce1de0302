namespace SloRollback.Simulation.Tests;

/// <summary>A fault in the engine's own code that the simulation must find: text of a source file, and what takes its place.</summary>
internal sealed record Mutant(string Name, string File, string From, string To)
{
    private const string Core = "src/SloRollback/Rollbacks/", Hosting = "src/SloRollback.Hosting/";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("The platform is called before the state is written", Core + "RollbackMachine.cs",
            "return Write(next, new RollbackEffect.Notify($\"{Names(next)}: executing ({why})\"), new RollbackEffect.CallRollBack());",
            "var written = Write(next, new RollbackEffect.Notify($\"{Names(next)}: executing ({why})\")); return written with { Effects = [new RollbackEffect.CallRollBack(), .. written.Effects] };"),
        new("After a restart nobody asks how far it is", Core + "RollbackMachine.cs",
            "(RollbackState.Executing, RollbackEvent.Ticked) => new(current, [new RollbackEffect.AskProgress()]),",
            "(RollbackState.Executing, RollbackEvent.Ticked) => Nothing(current),"),
        new("A rollback that is late is waited for", Core + "RollbackMachine.cs",
            "at - current.ExecutingAt >= settings.ExecutionTimeout;", "at - current.ExecutingAt >= settings.ExecutionTimeout * 1000;"),
        new("Approvals never expire", Core + "RollbackMachine.cs",
            "at - current.ProposedAt >= settings.ApprovalTimeout;", "at - current.ProposedAt >= settings.ApprovalTimeout * 1000;"),
        new("What waits for approval executes by itself", Core + "RollbackMachine.cs",
            "Move(current, RollbackState.AwaitingApproval, tick.At, \"waits for approval\", $\"{Names(current)} waits for approval\"),",
            "Execute(current, tick.At, \"by itself\"),"),
        new("A failed write is overlooked", Hosting + "Rollbacks/RollbackDriver.cs",
            "if (status != JournalWriteStatus.Written)", "if (status == JournalWriteStatus.Paused)"),
        new("The pause is not handed to the write", Hosting + "Rollbacks/RollbackDriver.cs",
            "UnlessPaused = [.. rules],", "UnlessPaused = [.. rules.Take(0)],"),
        new("What began elsewhere since the decision is overlooked", Hosting + "Rollbacks/RollbackDriver.cs",
            "Executions = isEntering ?", "Executions = isEntering && guards is null ?"),
        new("The decision is not taken anew with the plan", Hosting + "Rollbacks/DecisionConcluder.cs",
            "decision = RollbackDecider.Decide(input);\n            isAnswer", "isAnswer"),
        new("What waits is executed although it leads elsewhere now", Hosting + "Rollbacks/DecisionConcluder.cs",
            "open.To == decision.ReturnTo && open.PassedOver.SequenceEqual(decision.PassedOver) && open.WorkloadIdentity == input.Plan!.WorkloadIdentity;",
            "open.Id.Value.Length > 0 && input.Key.Rule.Length > 0 && decision.Text.Length > 0;"),
        new("Another process's evidence is not read again", Hosting + "Rollbacks/EvidenceStore.cs",
            "&& known.Version == record.Version", "&& known.Version <= record.Version"),
        new("What a crash left in the outbox is not sent", Hosting + "Notifications/OutboxService.cs",
            "dispatcher.Enqueue(message);", "dispatcher.Later(message);"),
        new("What could not be sent is forgotten", Hosting + "Notifications/NotificationService.cs",
            "        if (journal.IsDurable)\n            dispatcher.Later(next);", "        if (journal.IsDurable && next.Key.Length == 0)\n            dispatcher.Later(next);"),
        new("There is no cooldown", Core + "RollbackGuards.cs",
            "at - r.ExecutingAt < settings.Cooldown", "at - r.ExecutingAt < settings.Cooldown * 0"),
        new("There is no rate limit", Core + "RollbackGuards.cs",
            "if (settings.RateLimit <= 0)\n            return true;", "if (settings.RateLimit > 0)\n            return false;"),
        new("There is no quarantine", Core + "Quarantine.cs",
            "&& at - began < length", "&& at - began < length * 0"),
        new("A rollback may be rolled back", Core + "RollbackDecider.cs",
            "if (candidate.StartedAt <= rollback?.StartedAt)", "if (candidate.StartedAt <= rollback?.StartedAt && input.Deployments.IsEmpty)"),
        new("What is unknown does not hold", Core + "RollbackDecider.cs",
            "if (unknown != UnknownReason.None) holds.Add(HoldReason.Unknown);", ""),
        new("The rollback window never closes", Core + "RollbackWindow.cs",
            "onset - ended <= Length", "onset - ended <= Length * 1000"),
    ];

    /// <summary>Puts the fault into a copy of the sources.</summary>
    public void Apply(string root)
    {
        var path = Path.Combine(root, File);
        System.IO.File.WriteAllText(path, Replaced(System.IO.File.ReadAllText(path)));
    }

    /// <summary>The file with the fault in it.</summary>
    /// <exception cref="InvalidOperationException">The text is not there exactly once: the code has moved on.</exception>
    public string Replaced(string text)
    {
        var parts = text.ReplaceLineEndings("\n").Split(From);
        return parts.Length == 2 ? string.Join(To, parts) : throw new InvalidOperationException($"{File} holds {parts.Length - 1} times: {From}");
    }

    public override string ToString() => Name;
}
