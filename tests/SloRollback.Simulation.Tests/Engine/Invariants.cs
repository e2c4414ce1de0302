using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>
/// The invariants of SEMANTICS §9, each looked at where it could break: at a write that lets a rollback execute, at a change of a workload, and
/// at the end. They know the truth, and decide in the simplest way there is, without the engine's own code.
/// </summary>
internal sealed class Invariants(Universe universe)
{
    // What a decision saw may be this old when it is written: some calls, each within its time limit, and a write that arrives after it.
    private static readonly Duration Freshness = Duration.FromMinutes(7);

    // A time limit is looked at once in a step.
    private static readonly Duration Patience = Duration.FromMinutes(3);

    private readonly Dictionary<RollbackId, RollbackRecord> records = [];
    private readonly Dictionary<RollbackId, Instant> entered = [];
    private readonly Dictionary<DeploymentId, RollbackId> applied = [];
    private readonly Dictionary<string, string> mustBeTold = [];
    private readonly Dictionary<string, List<RollbackState>> told = [];

    private EngineSettings Settings => universe.Options.Settings;

    /// <summary>What happened, for those who ask whether a run was worth anything.</summary>
    public Tally Tally { get; } = new();

    public IReadOnlyDictionary<RollbackId, RollbackRecord> Records => records;

    /// <summary>The journal took a write; <paramref name="before"/> is what it held until then.</summary>
    public void Written(JournalWriteRequest request, GuardState before)
    {
        if (request.Record is not { } next)
            return;

        var last = records.GetValueOrDefault(next.Id);
        records[next.Id] = next;
        Tally.Writes++;
        if ((last?.Version ?? 0) != next.Version - 1)
            Fail(3, $"{next.Id} went from version {last?.Version} to {next.Version}");
        if (!told.TryGetValue(next.EvidenceId, out var states))
            told[next.EvidenceId] = states = [];
        if (last?.State == next.State)
            return;

        states.Add(next.State);
        entered[next.Id] = universe.Now;

        if (last is { IsFinal: true, ExecutingAt: not null })
            Fail(8, $"{next.Id} went from {last.State} to {next.State}");
        Tally.Entered(next.State);

        // What was proposed is told as a decision.
        if (next.State != RollbackState.Proposed)
            mustBeTold[$"{next.Id}|{next.Version}"] = $"{next.Id} {next.State}";
        if (next.State == RollbackState.Executing)
            Entering(next, request, before);
    }

    /// <summary>The platform is about to change a workload.</summary>
    public void Changing(Workload workload, RollbackRequest request)
    {
        Tally.Applied++;
        if (!records.TryGetValue(request.Id, out var record) || record.ExecutingAt is null)
        {
            Fail(3, $"{request.Id} was applied and is not on record as executing");
            return;
        }

        if (!applied.TryAdd(record.Deployment, request.Id))
            Fail(3, $"{record.Deployment} was rolled back a second time");
        if (workload.Current.IsRollback && HasSeen(record, workload))
            Fail(5, $"{request.Id} leaves a rollback: {workload.Current.Release}");
        if (workload.Current.Release.Revision.Id != record.From.Id && record.PassedOver.All(r => r.Id != workload.Current.Release.Revision.Id))
            Fail(6, $"{request.Id} leaves {workload.Current.Release}, which the decision did not see");
        if (request.WorkloadIdentity != record.WorkloadIdentity || request.To != record.To)
            Fail(6, $"{request.Id} was asked for otherwise than is on record");
    }

    // What others bring back within the lag of the watched history is not known to be a rollback, if it is the content that is blamed.
    private bool HasSeen(RollbackRecord record, Workload workload)
    {
        var evidence = Evidence(record, null);
        var id = workload.Current.ToDeployment(workload.Target).Id;
        return evidence is null || (evidence.Input?.Deployments ?? evidence.Manual!.Deployments).Any(d => d.Id == id);
    }

    /// <summary>All faults are over, and time enough has passed.</summary>
    public void AtTheEnd()
    {
        foreach (var record in records.Values.Where(r => !r.IsFinal && universe.Now - entered[r.Id] > Longest(r.State) + Patience))
            Fail(8, $"{record.Id} is {record.State} for ever");
        foreach (var (key, what) in mustBeTold.Where(m => !universe.Delivered.Contains(m.Key)))
            Fail(9, $"nobody was told that {what} ({key})");
        foreach (var record in records.Values)
        {
            var evidence = Evidence(record, null) ?? throw new ViolationException(10, $"{record.Id} has no evidence");
            var states = evidence.Transitions.Select(t => t.State).Aggregate(new List<RollbackState>(), (all, state) => all.Count > 0 && all[^1] == state ? all : [.. all, state]);

            // Replicas that decide about the same evaluation write the same document: it tells of the one that proposed last.
            if (states.Count == 0 || !told[record.EvidenceId].TakeLast(states.Count).SequenceEqual(states))
                Fail(10, $"the evidence of {record.Id} says {string.Join(", ", states)}, the journal {string.Join(", ", told[record.EvidenceId])}");
        }
    }

    private Duration Longest(RollbackState state) => state switch
    {
        RollbackState.AwaitingApproval => Settings.ApprovalTimeout,
        RollbackState.Executing => Settings.ExecutionTimeout,
        RollbackState.Verifying => Settings.VerificationTimeout,
        _ => Duration.Zero,
    };

    private void Entering(RollbackRecord next, JournalWriteRequest request, GuardState before)
    {
        Tally.Executed++;
        if (records[next.Id].ExecutingAt is null)
            Fail(3, $"{next.Id} executes without a time");
        if (next.Claims.Length > 0 && next.Claims.All(c => before.Pauses.Any(p => p.Scope.Length == 0 || $"{c.Rule}/".StartsWith(p.Scope + "/", StringComparison.Ordinal))))
            Fail(7, $"{next.Id} executes under a pause");

        var others = before.Rollbacks.Where(r => r.Id != next.Id).ToList();
        foreach (var other in others.Where(r => r.Target == next.Target && r.State == RollbackState.Executing))
            Fail(11, $"{next.Id} executes beside {other.Id} on {next.Target}");
        foreach (var left in others.Where(r => r.Target == next.Target && r.ExecutingAt is { } at && next.ExecutingAt - at < Settings.Quarantine && r.State != RollbackState.NoEffect))
        {
            if (left.From.Id == next.To.Id || left.PassedOver.Any(r => r.Id == next.To.Id))
                Fail(4, $"{next.Id} returns to {next.To}, which {left.Id} left");
        }

        var evidence = Evidence(next, request);
        if (evidence is null)
        {
            Fail(10, $"{next.Id} executes without evidence");
            return;
        }

        if (evidence.Replay().ToString() != evidence.Decision.ToString())
            Fail(10, $"the decision of {evidence.Id} is another when it is taken again");
        if (next.By.Length == 0)
            Automatic(next, evidence, others);
    }

    private void Automatic(RollbackRecord next, RollbackEvidence evidence, List<RollbackRecord> others)
    {
        var input = evidence.Input!;
        if (evidence.Decision.Kind is not (DecisionKind.RollBack or DecisionKind.AwaitApproval))
            Fail(1, $"{next.Id} executes on {evidence.Decision.Kind}");
        if (next.Mode == RollbackMode.Approve && next.Answer is not { IsApproval: true } && !next.Detail.StartsWith("automatic", StringComparison.Ordinal))
            Fail(1, $"{next.Id} executes and nobody approved it: {next.Detail}");
        if (universe.Weather.ClockSteps == 0 && next.ExecutingAt - input.EvaluatedAt > Freshness)
            Fail(12, $"{next.Id} executes at {next.ExecutingAt} on what was seen at {input.EvaluatedAt}");
        if (input.Condition.Verdict != Verdict.Breached || !IsBurning(next, input))
            Fail(12, $"{next.Id} executes on a condition that is not breached");
        if (input.Blind != UnknownReason.None || input.Guards.Unavailable is not null)
            Fail(1, $"{next.Id} executes on what is unknown");
        if (input.Plan?.WorkloadIdentity != next.WorkloadIdentity)
            Fail(6, $"{next.Id} executes with an identity that its evidence does not have");

        var change = universe[next.Target].Changes.FirstOrDefault(c => c.ToDeployment(next.Target).Id == next.Deployment);
        if (change is null)
        {
            Fail(2, $"{next.Id} undoes {next.Deployment}, which never was");
            return;
        }

        if (change.IsRollback)
            Fail(5, $"{next.Id} rolls a rollback back");
        var window = input.Action.Window.Length + Settings.Step * 2;
        if (input.Episode.Onset < change.StartedAt || (change.EndedAt is { } ended && input.Episode.Onset - ended > window))
            Fail(2, $"{next.Id}: onset {input.Episode.Onset}, deployment {change.StartedAt} to {change.EndedAt}");

        var executed = others.Where(r => r.ExecutingAt is not null && !r.IsRefused).ToList();
        if (executed.Any(r => r.Target == next.Target && input.EvaluatedAt - r.ExecutingAt!.Value < Settings.Cooldown))
            Fail(3, $"{next.Id} executes in the cooldown of {next.Target}");

        var resumed = input.Guards.ResumedAt;
        var counted = executed.Select(r => r.ExecutingAt!.Value).Where(at => !(at <= resumed)).ToList();
        if (counted.Any(first => counted.Count(at => at >= first && at - first < Settings.RateLimitPeriod) >= Settings.RateLimit))
            Fail(3, $"{next.Id} executes beyond the rate limit");
    }

    // The truth of the shorter look-back: a rollback cannot rest on less, whatever was measured of it.
    private bool IsBurning(RollbackRecord next, DecisionInput input)
    {
        var service = universe.Options.Services.First(s => s.Target == next.Target);
        var above = (double)Math.Min(Rules.Fast.Above, 10) * (double)(1 - (Rules.Target / 100));
        var grid = new StepGrid(0, 0, Settings.Step);
        var newest = StepGrid.IndexOf(input.EvaluatedAt, Settings.Step) - 1;
        var steps = input.Key.Rule == "fast" ? Rules.Fast.Short.TotalMinutes : 20;
        double bad = 0, valid = 0;
        for (var step = newest; step > newest - steps; step--)
        {
            var cell = universe.Cell(service.Id, grid, step);
            (bad, valid) = (bad + cell.First, valid + cell.Second);
        }

        return bad > above * valid;
    }

    private RollbackEvidence? Evidence(RollbackRecord record, JournalWriteRequest? request)
    {
        var document = request?.Evidence.LastOrDefault(e => e.Id == record.EvidenceId)
            ?? ((IRollbackJournal)universe.Store).ReadEvidenceAsync(record.EvidenceId, CancellationToken.None).Result.Value;
        return document is null ? null : RollbackEvidence.Parse(document.Json);
    }

    private static void Fail(int invariant, string what) => throw new ViolationException(invariant, what);
}
