using SloRollback.Kubernetes.Api;

namespace SloRollback.Kubernetes.Watching;

/// <summary>What was read cannot be gone on from: the objects have to be listed again.</summary>
internal sealed class ReadFailedException(ApiFailure failure) : Exception(failure.Detail)
{
    public ApiFailure Failure { get; } = failure;

    public bool IsExpired => Failure.Code == 410;
}
