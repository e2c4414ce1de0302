using System.Diagnostics.CodeAnalysis;

namespace SloRollback.Kubernetes.Api;

/// <summary>What the API server answered, or why it did not.</summary>
internal readonly record struct ApiAnswer<T>(T? Value, ApiFailure? Failure)
{
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ApiFailure? failure)
    {
        (value, failure) = (Value, Failure);
        return failure is null;
    }
}
