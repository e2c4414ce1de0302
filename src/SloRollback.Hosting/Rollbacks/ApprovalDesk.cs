using System.Collections.Concurrent;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>What people said since the last evaluation. The coordinator works it off, so that only one thread drives rollbacks.</summary>
internal sealed class ApprovalDesk
{
    private readonly ConcurrentDictionary<RollbackId, Answer> answers = new();

    /// <summary>The rollbacks that were approved: they are decided anew at the next evaluation.</summary>
    public IReadOnlySet<RollbackId> Approved => answers.Where(a => a.Value.IsApproval).Select(a => a.Key).ToHashSet();

    public void Put(RollbackId id, Answer answer) => answers[id] = answer;

    public Answer? Take(RollbackId id) => answers.TryRemove(id, out var answer) ? answer : null;

    /// <summary>Takes an approval; leaves a rejection, which may have replaced it meanwhile, where it is.</summary>
    public Answer? TakeApproval(RollbackId id) =>
        answers.TryGetValue(id, out var answer) && answer.IsApproval && answers.TryRemove(KeyValuePair.Create(id, answer)) ? answer : null;

    public Answer? Peek(RollbackId id) => answers.GetValueOrDefault(id);

    /// <summary>A person's answer.</summary>
    internal sealed record Answer(bool IsApproval, string By, string Reason);
}
