using SloRollback.Kubernetes.Api;

namespace SloRollback.Kubernetes.Watching;

/// <summary>Objects could not be read.</summary>
/// <param name="failure">What the server answered.</param>
/// <param name="mustListAgain">Is what is known no longer enough to go on from?</param>
internal sealed class ReadFailedException(ApiFailure failure, bool mustListAgain) : Exception(failure.Detail)
{
    public bool MustListAgain { get; } = mustListAgain;
}
