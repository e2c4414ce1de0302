namespace SloRollback;

/// <summary>What a provider provides.</summary>
public enum ProviderKind
{
    /// <summary>An <see cref="Indicators.IMetricSource"/>.</summary>
    MetricSource,

    /// <summary>An <see cref="Rollbacks.IDeploymentRollbacker"/> and an <see cref="Deployments.IDeploymentHistory"/>.</summary>
    Deployments,

    /// <summary>A <see cref="Notifications.INotifier"/>.</summary>
    Notifier,

    /// <summary>A <see cref="Rollbacks.IRollbackJournal"/>.</summary>
    Journal,
}
