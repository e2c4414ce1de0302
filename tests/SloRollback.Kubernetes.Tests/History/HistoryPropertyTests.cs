using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.History;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.History;

/// <summary>Whatever happens to a workload, and whatever of it is seen: its history is what a naive controller wrote down.</summary>
public sealed class HistoryPropertyTests
{
    private static readonly DeploymentTarget Target = new() { Provider = "kubernetes", Workload = "deployment/web" };

    [SeedProperty(MaxTest = 500)]
    public void No_rollout_of_a_deployment_is_lost_and_none_invented_whatever_was_missed(int seed)
    {
        var run = new Run(new Random(seed), WorkloadKind.Deployment, notesFirstOnly: seed % 2 == 0);
        run.Play();

        var known = run.History.Deployments;
        Assert.Equal(run.Model.Rollouts.Select(Told), known.Select(Told));
        Assert.Equal(Backwards(run.Model), known.Select(d => d.IsRollback));
        foreach (var (rollout, deployment) in run.Model.Rollouts.Zip(known))
        {
            if (!rollout.IsReuse)
                Assert.False(deployment.IsStartApproximate);
            if (!deployment.IsStartApproximate && !run.Blurred.Contains(rollout.Number))
                Assert.Equal(rollout.Start, deployment.StartedAt.Second());
        }
    }

    [SeedProperty(MaxTest = 500)]
    public void An_id_that_was_told_stays(int seed)
    {
        var run = new Run(new Random(seed), new Random(seed).Next(2) == 0 ? WorkloadKind.Deployment : WorkloadKind.StatefulSet);
        run.Play();

        var known = run.History.Deployments;
        Assert.Equal(known.Select(d => d.Id).ToHashSet(), run.Told.Keys.ToHashSet());
        Assert.All(known, d => Assert.Equal(d with { EndedAt = null, Outcome = default }, run.Told[d.Id] with { EndedAt = null, Outcome = default }));
        Assert.Equal(known.OrderBy(d => d.StartedAt).Select(d => d.Id), known.Select(d => d.Id));
        Assert.Equal(known.Length, known.Select(d => d.StartedAt).Distinct().Count());

        // The core puts them in order by itself, and takes none for another.
        Assert.Equal(known.Select(d => d.Id), DeploymentTimeline.Of(known).Select(d => d.Id));
    }

    [SeedProperty(MaxTest = 500)]
    public void A_cold_start_gives_the_same_deployments(int seed)
    {
        var run = new Run(new Random(seed), WorkloadKind.Deployment, notesFirstOnly: seed % 2 == 0) { SeesEverything = true };
        run.Play();

        var cold = Cold(run);
        var known = run.History.Deployments;
        Assert.Equal(known.Select(Told), cold.Select(Told));
        Assert.Equal(known.Select(d => d.IsRollback), cold.Select(d => d.IsRollback));
        foreach (var (live, again, rollout) in known.Zip(cold, run.Model.Rollouts))
        {
            Assert.False(live.IsStartApproximate);
            Assert.False(again.IsStartApproximate && !rollout.IsReuse);
            if (!run.Blurred.Contains(rollout.Number))
                Assert.InRange(live.StartedAt.Second(), rollout.Start, rollout.ActedAt);
            if (rollout.IsReuse && (again.IsStartApproximate || run.Blurred.Contains(rollout.Number)))
                continue;
            if (run.Model.Rollouts.Count(r => r.Start == rollout.Start) == 1)
                Assert.Equal(live.Id, again.Id);
            else
                Assert.Equal(live.StartedAt.Second(), again.StartedAt.Second());
        }

        Assert.Equal((known[^1].Outcome, known[^1].ChangeCause), (cold[^1].Outcome, cold[^1].ChangeCause));
        if (!cold[^1].IsStartApproximate && !run.Blurred.Contains(run.Model.Rollouts[^1].Number))
            Assert.Equal(known[^1].EndedAt, cold[^1].EndedAt);
    }

    [SeedProperty(MaxTest = 300)]
    public void Revisions_that_forget_their_numbers_still_tell_every_first_and_last_use(int seed)
    {
        var random = new Random(seed);
        var run = new Run(random, random.Next(2) == 0 ? WorkloadKind.StatefulSet : WorkloadKind.DaemonSet) { SecondsBetween = 1 };
        run.Play();

        var told = run.Model.Rollouts.Select(r => ($"h{r.Template}", r.Start)).ToList();
        foreach (var deployments in new[] { run.History.Deployments, Cold(run) })
        {
            Assert.All(deployments, d => Assert.Contains((d.Revision.Id, d.StartedAt), told));
            Assert.Equal(deployments.Select(d => d.StartedAt).Order(), deployments.Select(d => d.StartedAt));
            Assert.All(deployments, d => Assert.False(d.IsStartApproximate));
            foreach (var uses in told.GroupBy(t => t.Item1))
            {
                Assert.Contains(uses.First(), deployments.Select(d => (d.Revision.Id, d.StartedAt)));
                Assert.Contains(uses.Last(), deployments.Select(d => (d.Revision.Id, d.StartedAt)));
            }
        }
    }

    [SeedProperty(MaxTest = 300)]
    public void Of_revisions_that_forget_their_numbers_everything_that_was_seen_stays(int seed)
    {
        var random = new Random(seed);
        var run = new Run(random, random.Next(2) == 0 ? WorkloadKind.StatefulSet : WorkloadKind.DaemonSet) { SeesEverything = true, SecondsBetween = random.Next(2) };
        run.Play();

        Assert.Equal(run.Model.Rollouts.Select(r => ($"h{r.Template}", r.Start)), run.History.Deployments.Select(d => (d.Revision.Id, d.StartedAt.Second())));
        Assert.Equal(Backwards(run.Model), run.History.Deployments.Select(d => d.IsRollback));
    }

    [SeedProperty(MaxTest = 200)]
    public void Scaling_annotations_and_pods_are_no_deployments(int seed)
    {
        var random = new Random(seed);
        var run = new Run(random, WorkloadKind.All[random.Next(3)]) { ChangesTemplate = false };
        run.Play();
        var only = Assert.Single(run.History.Deployments);
        Assert.False(only.IsRollback);
        Assert.Equal("rev 1", only.Revision.Name);
    }

    private static (string, string) Told(ModelWorkload.Rollout rollout) => ($"h{rollout.Template}", $"rev {rollout.Number}");

    private static (string, string) Told(Deployment deployment) => (deployment.Revision.Id, deployment.Revision.Name);

    /// <summary>Is it content that came up before what it replaced?</summary>
    private static IEnumerable<bool> Backwards(ModelWorkload model)
    {
        var order = model.Rollouts.Select(r => r.Template).Distinct().ToList();
        return model.Rollouts.Select((r, i) => i > 0 && order.IndexOf(r.Template) < order.IndexOf(model.Rollouts[i - 1].Template));
    }

    private static ImmutableArray<Deployment> Cold(Run run)
    {
        var history = new WorkloadHistory(Target, run.Model.Read().Kind);
        history.Observe(run.Model.Read(), run.Model.ReadRevisions(), run.Model.Now);
        return history.Deployments;
    }

    private sealed class Run(Random random, WorkloadKind kind, bool notesFirstOnly = false)
    {
        private static readonly string[] Managers = ["kubectl-set", "kubectl-edit", "ci", "hpa"];

        private WorkloadObject? lagging;

        public ModelWorkload Model { get; } = new(kind, notesFirstOnly);

        public WorkloadHistory History { get; } = new(Target, kind);

        public Dictionary<DeploymentId, Deployment> Told { get; } = [];

        /// <summary>The rollouts whose start nobody can tell from the objects.</summary>
        public HashSet<long> Blurred => [.. Model.Rollouts.Where(r => r.IsBlurred).Select(r => r.Number)];

        public bool SeesEverything { get; init; }

        public bool ChangesTemplate { get; init; } = true;

        public int SecondsBetween { get; init; }

        public void Play()
        {
            Model.Create(Managers[random.Next(Managers.Length)]);
            Model.Sync();
            Do(See);
            var steps = random.Next(60);
            for (var i = 0; i < steps; i++)
            {
                Do(Step());
                if (random.Next(3) == 0)
                    Model.Now += Duration.FromMilliseconds(random.Next(5000));
            }

            Do(Sync);
            See();
        }

        private void Do(Action step)
        {
            step();
            if (SeesEverything)
                See();
        }

        private Action Step() => random.Next(12) switch
        {
            0 or 1 when ChangesTemplate => () => Model.Edit(random.Next(5), Manager()),
            0 or 1 or 2 => () => Model.Scale(random.Next(2, 6), Manager()),
            3 => () => Model.Annotate($"cause {random.Next(10)}", Manager()),
            4 => () => Model.WriteNumber(random.Next(1, 9)),
            5 => Model.Flap,
            6 or 7 => Sync,
            8 => () => Model.End(random.Next(4) == 0 ? "ProgressDeadlineExceeded" : "NewReplicaSetAvailable"),
            9 => SeeOld,
            _ => See,
        };

        private void Sync()
        {
            Model.Now += Duration.FromSeconds(SecondsBetween);
            Model.Sync();
        }

        private void See() => See(Model.Read());

        // A read of the workload that other reads overtook; its revisions are the present ones.
        private void SeeOld()
        {
            if (lagging is { } old)
                See(old);
            lagging = Model.Read();
        }

        private void See(WorkloadObject workload)
        {
            var revisions = History.NeedsRevisions(workload) ? Model.ReadRevisions() : null;
            foreach (var deployment in History.Observe(workload, revisions, Model.Now, isLive: SeesEverything))
                Told[deployment.Id] = deployment;
        }

        private string Manager() => Managers[random.Next(Managers.Length)];
    }
}
