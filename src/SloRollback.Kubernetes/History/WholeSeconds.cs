using NodaTime;

namespace SloRollback.Kubernetes.History;

/// <summary>The API tells times in whole seconds.</summary>
internal static class WholeSeconds
{
    public static Instant Second(this Instant instant) => Instant.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
