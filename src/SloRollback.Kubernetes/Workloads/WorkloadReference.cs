using System.Diagnostics.CodeAnalysis;

namespace SloRollback.Kubernetes.Workloads;

/// <summary>A workload as a target writes it: <c>deployment/checkout</c> or <c>shop/deployment/checkout</c>.</summary>
/// <param name="Namespace">The namespace; <see langword="null"/> for the cluster's default.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The object's name.</param>
internal sealed record WorkloadReference(string? Namespace, WorkloadKind Kind, string Name)
{
    /// <summary>Reads a target's workload.</summary>
    /// <param name="text">What is written.</param>
    /// <param name="reference">The workload.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out WorkloadReference? reference, [NotNullWhen(false)] out string? problem)
    {
        reference = null;
        problem = null;
        var parts = text.Split('/');
        if (parts.Length is < 2 or > 3)
        {
            problem = $"\"{text}\" is not a workload; examples: deployment/checkout, shop/statefulset/cart";
            return false;
        }

        if (FindKind(parts[^2]) is not { } kind)
        {
            problem = $"\"{parts[^2]}\" is not a kind of workload; known: {string.Join(", ", WorkloadKind.All)}";
            return false;
        }

        // It goes into the paths of requests.
        string[] names = parts.Length == 3 ? [parts[0], parts[2]] : [parts[1]];
        if (names.FirstOrDefault(name => !IsName(name)) is { } wrong)
        {
            problem = $"\"{wrong}\" is not a name that Kubernetes allows: lower-case letters, digits, hyphens and dots";
            return false;
        }

        reference = new WorkloadReference(parts.Length == 3 ? parts[0] : null, kind, parts[^1]);
        return true;
    }

    public override string ToString() => Namespace is null ? $"{Kind}/{Name}" : $"{Namespace}/{Kind}/{Name}";

    private static WorkloadKind? FindKind(string text) => WorkloadKind.All.FirstOrDefault(k =>
        string.Equals(k.Name, text, StringComparison.Ordinal) || string.Equals(k.Written, text, StringComparison.Ordinal) || string.Equals(k.Plural, text, StringComparison.Ordinal));

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 253
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
}
