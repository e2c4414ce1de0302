using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>The kill switch, on: no rollback begins where it holds.</summary>
public sealed record Pause
{
    /// <summary>
    /// Where it holds: a service (<c>checkout/production</c>), an objective, or a rule (<c>checkout/production/availability/bad-release</c>).
    /// </summary>
    /// <value>Empty: everywhere.</value>
    public string Scope { get => field ?? ""; init; } = "";

    /// <summary>Who turned it on.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get => field ?? ""; init; } = "";

    /// <summary>When.</summary>
    public Instant At { get; init; }

    /// <summary>Does it hold for a rule?</summary>
    /// <param name="key">The rule's key as people write it.</param>
    public bool Covers(string key)
    {
        ArgumentNullException.ThrowIfNull(key);

        // Ids hold no slash, so a beginning that ends at one is a whole scope.
        return Scope.Length == 0 || (key.StartsWith(Scope, StringComparison.Ordinal) && (key.Length == Scope.Length || key[Scope.Length] == '/'));
    }

    /// <summary>The pause as people read it: who, why, and where it does not hold everywhere.</summary>
    public override string ToString() => $"{(Scope.Length == 0 ? "" : $"{Scope} ")}by {By}{(Reason.Length == 0 ? "" : $": {Reason}")}";
}
