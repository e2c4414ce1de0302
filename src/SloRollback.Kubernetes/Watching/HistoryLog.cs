using Microsoft.Extensions.Logging;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Watching;

internal static partial class HistoryLog
{
    [LoggerMessage(1121, LogLevel.Warning, "The watch of {Kind}s in namespace {Space} broke: {Reason}; it is tried again, every 30 s at least")]
    public static partial void Broke(ILogger logger, WorkloadKind kind, string space, string reason);

    [LoggerMessage(1122, LogLevel.Information, "The watch of {Kind}s in namespace {Space} goes on")]
    public static partial void GoesOn(ILogger logger, WorkloadKind kind, string space);

    [LoggerMessage(1123, LogLevel.Debug, "{Kind}s in namespace {Space} are listed; {Count} are followed")]
    public static partial void Listed(ILogger logger, WorkloadKind kind, string space, int count);
}
