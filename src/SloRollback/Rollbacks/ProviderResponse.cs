using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>One answer of a provider, for the evidence.</summary>
public sealed record ProviderResponse
{
    /// <summary>When it came.</summary>
    public Instant At { get; init; }

    /// <summary>What was asked: <c>plan</c>, <c>rollBack</c> or <c>progress</c>.</summary>
    public required string Call { get; init; }

    /// <summary>The status answered.</summary>
    public required string Status { get; init; }

    /// <summary>The provider's words.</summary>
    public string Detail { get => field ?? ""; init; } = "";
}
