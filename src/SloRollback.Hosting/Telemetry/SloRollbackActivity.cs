using System.Diagnostics;

namespace SloRollback.Hosting.Telemetry;

/// <summary>Where traces come from: the ActivitySource <c>SloRollback</c>.</summary>
internal static class SloRollbackActivity
{
    public static ActivitySource Source { get; } = new("SloRollback");
}
