using SloRollback.Deployments;

namespace SloRollback.Hosting.Configuration;

/// <summary>The service's deployment target as its rules see it.</summary>
/// <param name="IsWritten">Whether the service has <c>Deploys</c>, right or wrong.</param>
/// <param name="Parts">What is written; <see langword="null"/> when that is nothing, or reported as wrong.</param>
/// <param name="Resolved">The target; <see langword="null"/> when there is none, or it is reported as wrong.</param>
internal sealed record ServiceTarget(bool IsWritten, TargetParts? Parts, DeploymentTarget? Resolved);
