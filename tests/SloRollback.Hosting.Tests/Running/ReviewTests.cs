using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>What the review of issue 2 tried to break.</summary>
public sealed class ReviewTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);
    private static readonly Revision V3 = new() { Id = "sha-3", Name = "v3" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Action<ISloRollbackBuilder> Second(string service, string workload, RollbackMode mode, Action<RollbackRuleBuilder>? rule = null) => b => b
        .AddMonitoredService(service, "production", s => s
            .DeployedOn("fake", workload)
            .Objective("availability", 99.9m, CompliancePeriod.Rolling(30), slo => slo
                .Events(valid: "valid", bad: "bad")
                .RollBack("bad-release", Duration.FromHours(1), mode, rule: rule)));

    [Fact]
    public async Task An_approval_that_comes_in_during_an_evaluation_is_not_lost()
    {
        EngineHost? host = null;
        var hook = new Hook(1001, text =>
        {
            if (text.Contains("basket", StringComparison.Ordinal) && host!.Rollback is { } r)
                _ = host.Operations.ApproveAsync(r.Id, "ada", default);
        });
        host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve, b =>
        {
            b.Services.AddSingleton<ILoggerProvider>(hook);
            Second("basket", "basket", RollbackMode.Observe)(b);
        });
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Rollback is not null);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release + Duration.FromMinutes(3)) with { Target = EngineHost.Target with { Workload = "basket" } });
        await host.RunAsync(10);
        Assert.True(hook.Hits > 0);
        Assert.Equal(("x", 1), (host.Rollback!.Detail.Contains("Recovered", StringComparison.Ordinal) ? host.Rollback.Detail : "x", host.Platform.Calls.Count));
    }

    [Fact]
    public async Task The_status_names_evidence_that_exists()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        using var host = new EngineHost(EngineHost.BadFrom(Release - Duration.FromMinutes(3), 0.2), more: b => b.WithEvidenceDirectory(directory));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(30);
        Assert.Equal(DecisionKind.Hold, host.Decision!.Kind);
        Assert.True(File.Exists(Path.Combine(directory, host.Status.Objectives[0].Rules[0].EvidenceId + ".json")), string.Join(' ', Directory.GetFiles(directory)));
    }

    [Theory]
    [InlineData(RollbackMode.Automatic)]
    [InlineData(RollbackMode.Approve)]
    public async Task Two_open_windows_that_blame_one_deployment_are_told_once(RollbackMode mode)
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release + Duration.FromMinutes(20), 0.2), mode);
        await host.RunAsync(5);
        host.Recorder.Record(EngineHost.Done(new Revision { Id = "sha-1b", Name = "v1b" }, EngineHost.T0 + Duration.FromMinutes(4)));
        await host.RunAsync(26);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release + Duration.FromMinutes(20)));
        await host.RunAsync(15, until: () => host.Rollback is not null);
        Assert.Equal((mode == RollbackMode.Automatic ? 1 : 0, mode == RollbackMode.Automatic ? 0 : 1, 0), (host.Log.Count(3001), host.Log.Count(3005), host.Log.Count(3002)));
        Assert.NotEqual(DecisionKind.Hold, host.Decision!.Kind);
    }

    [Fact]
    public async Task Approved_with_two_open_windows_is_not_told_as_already_rolled_back()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release + Duration.FromMinutes(20), 0.2), RollbackMode.Approve);
        await host.RunAsync(5);
        host.Recorder.Record(EngineHost.Done(new Revision { Id = "sha-1b", Name = "v1b" }, EngineHost.T0 + Duration.FromMinutes(4)));
        await host.RunAsync(26);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release + Duration.FromMinutes(20)));
        await host.RunAsync(15, until: () => host.Rollback is not null);
        await host.Operations.ApproveAsync(host.Rollback!.Id, "ada", Cancel);
        await host.RunAsync(2);
        Assert.Single(host.Platform.Calls);
        Assert.Equal(0, host.Log.Count(3002));
    }

    [Fact]
    public async Task A_join_that_the_journal_does_not_take_is_tried_again()
    {
        // Approve waits; basket (Automatic) breaches later, while paused between read and write; resumed, it must act.
        var journal = new Journal();
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve, b =>
        {
            b.Services.AddSingleton<IRollbackJournal>(journal);
            Second("basket", "checkout", RollbackMode.Automatic, r => r.MinimumEvents(5000, 5))(b);
        });
        journal.Before = (r, n) => r.Record.State == RollbackState.Executing && journal.Executing++ == 0 ? new JournalWriteResult { Detail = "disk full" } : null;
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(25);
        Assert.True(journal.Executing > 0);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_join_keeps_the_rate_limit_and_asks_for_a_plan_and_leaves_evidence()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve, b =>
        {
            b.WithEvidenceDirectory(directory).WithSettings(s => s with { RateLimit = 1 });

            // Another target is rolled back, and in the same evaluation an automatic rule joins the one that waits.
            Second("aaa", "other", RollbackMode.Automatic)(b);
            Second("basket", "checkout", RollbackMode.Automatic)(b);
        });
        foreach (var (workload, revision, at) in new[] { ("other", EngineHost.V1, EngineHost.T0 - Duration.FromHours(1)) })
            host.Recorder.Record(EngineHost.Done(revision, at) with { Target = EngineHost.Target with { Workload = workload } });
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release) with { Target = EngineHost.Target with { Workload = "other" } });
        await host.RunAsync(20);
        var executed = host.Status.Guards.Rollbacks.Where(r => r.ExecutingAt is not null).ToList();
        var evidence = string.Join('\n', Directory.GetFiles(directory, "*.json").Select(f => RollbackEvidence.Parse(File.ReadAllText(f))).Select(e => $"{e.Input.Key}: {e.Decision.Kind} {e.Decision.Headline}"));
        Assert.True(executed.Count == 1, $"executed {executed.Count}: {string.Join("; ", executed.Select(r => r.Target + " " + r.Mode))}\n{evidence}");
    }

    [Fact]
    public async Task An_approved_rollback_is_the_one_that_was_decided_anew()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Rollback is not null);
        host.Recorder.Record(EngineHost.Done(V3, Release + Duration.FromMinutes(4)));
        host.Platform.Plan = host.Platform.Plan with { WorkloadIdentity = "v3@2" };
        await host.RunAsync(15);
        Assert.Equal(RollbackState.AwaitingApproval, host.Rollback!.State);
        await host.Operations.ApproveAsync(host.Rollback.Id, "ada", Cancel);
        await host.RunAsync(2);

        // What ada approved is not what would be done now: it is asked anew.
        Assert.Empty(host.Platform.Calls);
        Assert.Equal(2, host.Log.Count(3005));
        await host.Operations.ApproveAsync(host.Rollback.Id, "ada", Cancel);
        await host.RunAsync(2);
        var call = host.Platform.Calls.SingleOrDefault();
        Assert.Equal("v3@2 passed over v3", $"{call?.WorkloadIdentity} passed over {string.Join(',', host.Rollback!.PassedOver)}");
    }

    [Fact]
    public async Task A_provider_that_cannot_be_made_does_not_stop_the_host()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IDeploymentHistory>("fake", (_, _) => throw new InvalidOperationException("no kubeconfig")));
        var feeds = host.HostedServices.OfType<DeploymentFeedService>().Single();
        await feeds.StartAsync(Cancel);
        await Task.Delay(200, Cancel);
        Assert.False(feeds.ExecuteTask!.IsFaulted, feeds.ExecuteTask.Exception?.ToString());
        await feeds.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_logger_that_throws_does_not_stop_the_host()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddSingleton<ILoggerProvider>(new Hook(1006, _ => throw new IOException("no space left on device"))));
        var loop = host.HostedServices.OfType<EvaluationService>().Single();
        await loop.StartAsync(Cancel);
        await Task.Delay(200, Cancel);
        Assert.False(loop.ExecuteTask!.IsFaulted, loop.ExecuteTask.Exception?.Message);
        await loop.StopAsync(Cancel);
    }

    [Fact]
    public async Task No_plan_is_no_rollback()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2));
        host.Platform.Plan = null!;
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20);
        Assert.Empty(host.Platform.Calls);
    }

    [Fact]
    public async Task A_provider_that_answers_null_is_a_failure_like_another()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b => b.Services.AddKeyedSingleton<IDeploymentRollbacker>("fake", new Silent()));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(30);
        Assert.Equal(RollbackState.Failed, host.Rollback?.State);
    }

    [Fact]
    public async Task A_logger_that_throws_while_a_decision_is_told_does_not_lose_the_rollback()
    {
        var fails = 1;
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b =>
            b.Services.AddSingleton<ILoggerProvider>(new Hook(3001, _ => { if (fails-- > 0) throw new IOException("no space left on device"); })));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        for (var i = 0; i < 20; i++)
        {
            try
            {
                await host.RunAsync(1);
            }
            catch (AggregateException)
            {
                host.Time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_hold_of_another_rule_does_not_take_an_approval_away()
    {
        // Nobody measured v1b: good enough for basket, where a person decides, and not for checkout, which holds and comes first.
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b =>
        {
            b.WithSettings(s => s with { BakeTime = Duration.FromHours(10) });
            Second("basket", "checkout", RollbackMode.Approve)(b);
        });
        await host.RunAsync(8);
        host.Recorder.Record(EngineHost.Done(new Revision { Id = "sha-1b", Name = "v1b" }, Release - Duration.FromMinutes(2)));
        await host.RunAsync(2);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Rollback is not null);
        await host.Operations.ApproveAsync(host.Rollback!.Id, "ada", Cancel);
        await host.RunAsync(2);
        Assert.True(host.Platform.Calls.Count == 1, $"{host.Rollback.State} {host.Rollback.Detail}\n" + string.Join('\n', host.Log.Entries.Where(e => e.Id is 3002 or 3004 or 3005).Select(e => e.Text)));
    }

    [Fact]
    public async Task A_return_that_the_host_does_not_mark_as_rollback_is_not_rolled_back_on_the_next_outage()
    {
        var v0 = new Revision { Id = "sha-0", Name = "v0" };
        var first = EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(5));
        var second = EngineHost.BadFrom(Release + Duration.FromMinutes(50), 0.5);
        using var host = new EngineHost(step => second(step) is { First: > 0 } bad ? bad : first(step), more: b =>
        {
            b.Services.AddKeyedSingleton<IDeploymentRollbacker>("fake", (p, _) => new Unmarked(p.GetRequiredService<IDeploymentRecorder>(), p.GetRequiredService<TimeProvider>()));
        });
        host.Recorder.Record(EngineHost.Done(v0, EngineHost.T0 - Duration.FromHours(3)));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(120);
        var all = host.Status.Guards.Rollbacks;
        Assert.True(all.Count(r => r.ExecutingAt is not null) == 1, string.Join("; ", all.Select(r => $"{r.From}→{r.To} {r.State}")));
    }

    [Fact]
    public async Task A_provider_that_ignores_its_token_does_not_end_the_evaluations()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IMetricSource>("scripted", new Deaf()));
        var run = host.RunAsync(1);
        for (var i = 0; i < 200 && !run.IsCompleted; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5, Cancel);
        }

        await run.WaitAsync(TimeSpan.FromSeconds(1), Cancel);
        Assert.Equal(UnmeasuredReason.Timeout, host.Status.Objectives[0].Unmeasured);
    }

    [Fact]
    public async Task A_wrong_clock_is_told()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IMetricSource>("scripted", new Skewed()));
        await host.RunAsync(10);
        var health = (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"];
        Assert.True(host.Log.Entries.Any(e => e.Text.Contains("clock", StringComparison.OrdinalIgnoreCase)) || health.Status == HealthStatus.Degraded, health.Description);
    }

    [Fact]
    public async Task A_history_that_is_unavailable_degrades_health()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IDeploymentHistory>("fake", new NoHistory()));
        await host.RunAsync(10);
        Assert.Equal(HealthStatus.Degraded, (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"].Status);
    }

    [Fact]
    public async Task A_clock_that_was_an_hour_ahead_is_told_while_the_engine_waits()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600));
        await host.RunAsync(1);
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.RunAsync(1);
        host.Time.AdjustTime((EngineHost.T0 + Duration.FromMinutes(3)).ToDateTimeOffset());
        var asked = host.Source.Asked.Count;
        await host.RunAsync(10);
        var health = (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"];
        Assert.True(host.Source.Asked.Count > asked || health.Status == HealthStatus.Degraded, $"asked {host.Source.Asked.Count - asked} times; {health.Status}: {health.Description}");
    }

    [Fact]
    public async Task At_shutdown_the_current_effect_is_finished()
    {
        var slow = new Slow();
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b => b.Services.AddKeyedSingleton<IDeploymentRollbacker>("fake", slow));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(4);
        var loop = host.HostedServices.OfType<EvaluationService>().Single();
        await loop.StartAsync(Cancel);
        for (var i = 0; i < 400 && !slow.Called.Task.IsCompleted; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5, Cancel);
        }

        await slow.Called.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancel);
        var stop = loop.StopAsync(Cancel);
        await Task.Delay(200, Cancel);
        slow.Answer.TrySetResult();
        await stop;
        Assert.False(slow.WasCancelled);
    }

    [Fact]
    public async Task A_return_that_the_host_does_not_mark_as_rollback_is_not_rolled_back()
    {
        var v0 = new Revision { Id = "sha-0", Name = "v0" };
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b =>
        {
            b.Services.AddKeyedSingleton<IDeploymentRollbacker>("fake", (p, _) => new Unmarked(p.GetRequiredService<IDeploymentRecorder>(), p.GetRequiredService<TimeProvider>()));
        });
        host.Recorder.Record(EngineHost.Done(v0, EngineHost.T0 - Duration.FromHours(3)));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(120);
        var all = host.Status.Guards.Rollbacks;
        Assert.True(all.Count(r => r.ExecutingAt is not null) == 1, string.Join("; ", all.Select(r => $"{r.From}→{r.To} {r.State}")));
    }

    [Theory]
    [InlineData(RollbackMode.Automatic)]
    [InlineData(RollbackMode.Approve)]
    public async Task A_journal_that_fails_once_anywhere_loses_and_doubles_nothing(RollbackMode mode)
    {
        var wrong = new List<string>();
        for (var k = 1; k <= 9; k++)
        {
            foreach (var after in new[] { false, true })
            {
                var journal = new Journal { FailAt = k, FailAfter = after };
                using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(7)), mode, b => b.Services.AddSingleton<IRollbackJournal>(journal));
                await host.RunAsync(10);
                host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
                for (var i = 0; i < 45; i++)
                {
                    await host.RunAsync(1);
                    if (host.Rollback is { State: RollbackState.AwaitingApproval } r) await host.Operations.ApproveAsync(r.Id, "ada", Cancel);
                }

                if (host.Platform.Calls.Count != 1 || host.Rollback is not { IsFinal: true })
                    wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{mode} write {k} {(after ? "after" : "before")}: {host.Platform.Calls.Count} calls, {host.Rollback?.State} {host.Rollback?.Detail}"));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Every_document_replays()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(7)), more: b => b.WithEvidenceDirectory(directory));
        await host.Operations.PauseAsync("x", "y", Cancel);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Decision is not null);
        await host.Operations.ResumeAsync("x", Cancel);
        await host.RunAsync(40);
        var files = Directory.GetFiles(directory, "*.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var e = RollbackEvidence.Parse(await File.ReadAllTextAsync(file, Cancel));
            var again = RollbackDecider.Decide(e.Input);
            Assert.Equal((e.Decision.Kind, e.Decision.Headline, e.Decision.Text), (again.Kind, again.Headline, again.Text));
        }
    }

    private sealed class Hook(int id, Action<string> then) : ILoggerProvider, ILogger
    {
        public int Hits { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id != id) return;
            Hits++;
            then(formatter(state, exception));
        }
    }

    private sealed class Skewed : IMetricSource
    {
        public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
        {
            var table = new SliTable([new SliRowKey(0)], request.Grid.Count);
            for (var i = 0; i < request.Grid.Count; i++) table.Row(0)[i] = new SliCell(StepState.Measured, 0, 600);
            return Task.FromResult(new SliReadResult { Outcomes = [SliOutcome.Read(null)], Table = table, ClockOffset = Duration.FromMinutes(10) });
        }
    }

    private sealed class Deaf : IMetricSource
    {
        public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken) => new TaskCompletionSource<SliReadResult>().Task;
    }

    private sealed class NoHistory : IDeploymentHistory
    {
        public Task<DeploymentHistoryResult> ReadAsync(DeploymentHistoryRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new DeploymentHistoryResult { Unavailable = "403" });

        public IAsyncEnumerable<Deployment> WatchAsync(DeploymentWatchRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Slow : IDeploymentRollbacker
    {
        public TaskCompletionSource Called { get; } = new();

        public TaskCompletionSource Answer { get; } = new();

        public bool WasCancelled { get; private set; }

        public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(new RollbackPlan { IsPossible = true });

        public async Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
        {
            Called.TrySetResult();
            await Task.WhenAny(Answer.Task, Task.Delay(-1, cancellationToken));
            WasCancelled = cancellationToken.IsCancellationRequested && !Answer.Task.IsCompleted;
            cancellationToken.ThrowIfCancellationRequested();
            return new RollbackResult { Status = RollbackResultStatus.Applied };
        }

        public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new RollbackProgress { Status = RollbackProgressStatus.NotApplied });
    }

    private sealed class Silent : IDeploymentRollbacker
    {
        public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(new RollbackPlan { IsPossible = true });

        public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult<RollbackResult>(null!);

        public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult<RollbackProgress>(null!);
    }

    private sealed class Unmarked(IDeploymentRecorder recorder, TimeProvider time) : IDeploymentRollbacker
    {
        private readonly Dictionary<RollbackId, Instant> applied = [];

        public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(new RollbackPlan { IsPossible = true });

        public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
        {
            var now = Instant.FromDateTimeOffset(time.GetUtcNow());
            if (applied.TryAdd(request.Id, now))
                recorder.Record(new Deployment { Target = request.Target, Revision = request.To, StartedAt = now, EndedAt = now, Outcome = DeploymentOutcome.Completed });
            return Task.FromResult(new RollbackResult { Status = RollbackResultStatus.Applied });
        }

        public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new RollbackProgress { Status = RollbackProgressStatus.Completed, CompletedAt = applied.GetValueOrDefault(request.Id) });
    }

    private sealed class Journal : IRollbackJournal
    {
        private readonly SloRollback.Hosting.Rollbacks.InMemoryRollbackJournal inner = new(new Microsoft.Extensions.Time.Testing.FakeTimeProvider((EngineHost.T0 - Duration.FromDays(1)).ToDateTimeOffset()));
        private int writes;

        public int FailAt { get; set; } = int.MaxValue;

        public bool FailAfter { get; set; }

        public int Executing { get; set; }

        public Func<JournalWriteRequest, int, JournalWriteResult?>? Before { get; set; }

        public bool IsDurable => false;

        public async Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
        {
            var n = ++writes;
            if (Before?.Invoke(request, n) is { } answer) return answer;
            if (n == FailAt && !FailAfter) throw new IOException("disk full");
            var result = await inner.WriteAsync(request, cancellationToken);
            return n == FailAt ? throw new IOException("connection lost after commit") : result;
        }

        public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) => inner.ReadAsync(request, cancellationToken);

        public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => inner.SetPauseAsync(request, cancellationToken);
    }
}
