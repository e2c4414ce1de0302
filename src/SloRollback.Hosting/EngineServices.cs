using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SloRollback.Deployments;
using SloRollback.Hosting.BackFilling;
using SloRollback.Hosting.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Health;
using SloRollback.Hosting.Leases;
using SloRollback.Hosting.Notifications;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Hosting.Telemetry;
using SloRollback.Notifications;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting;

/// <summary>Registers what runs the engine: the loop, the coordinator, the journal and what they report to.</summary>
internal static class EngineServices
{
    /// <summary>Called once per host, after the configuration is registered.</summary>
    public static void Add(IServiceCollection services)
    {
#pragma warning disable RS0030 // The one place where the system's clock enters: everything else takes it from here.
        services.TryAddSingleton(TimeProvider.System);
#pragma warning restore RS0030
        services.TryAddSingleton<IRollbackJournal, InMemoryRollbackJournal>();
        services.TryAddSingleton<InMemoryDeploymentHistory>();
        services.TryAddSingleton<IDeploymentRecorder>(provider => provider.GetRequiredService<InMemoryDeploymentHistory>());
        services.TryAddKeyedSingleton<INotifier, LogNotifier>("log");

        services.TryAddSingleton<StatusMonitor>();
        services.TryAddSingleton<ISloRollbackMonitor>(provider => provider.GetRequiredService<StatusMonitor>());
        services.TryAddSingleton<SloRollbackMetrics>();
        services.TryAddSingleton<Leadership>();
        services.TryAddSingleton<GuardReader>();
        services.TryAddSingleton<EvidenceStore>();
        services.TryAddSingleton<NotificationDispatcher>();
        services.TryAddSingleton<JournalWriter>();
        services.TryAddSingleton<JournalBatch>();
        services.TryAddSingleton<IRollbackOperations, RollbackOperations>();
        services.TryAddSingleton<ProviderGateway>();
        services.TryAddSingleton<RollbackDriver>();
        services.TryAddSingleton<DecisionReporter>();
        services.TryAddSingleton<DecisionConcluder>();
        services.TryAddSingleton<RollbackCoordinator>();
        services.TryAddSingleton<ManualRollbackQueue>();
        services.TryAddSingleton<ManualRollbacks>();
        services.TryAddTransient<SourceCaller>();
        services.TryAddSingleton<SourceReader>();
        services.TryAddSingleton<BackFiller>();
        services.TryAddSingleton<SourcePlans>();
        services.TryAddSingleton<HistoryReader>();
        services.TryAddSingleton<OriginReader>();
        services.TryAddSingleton<SeriesOrigins>();
        services.TryAddSingleton<Evaluator>();
        // Begun before the engine, and so ended after it.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LeaseService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EvaluationService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DeploymentFeedService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, NotificationService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OutboxService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ProbeSweepService>());

        services.AddHealthChecks().AddCheck<SloRollbackHealthCheck>("slorollback", HealthStatus.Degraded, ["slorollback"]);
    }
}
