namespace SloRollback.Hosting.Rollbacks;

/// <summary>What came of something that a person did.</summary>
/// <param name="IsDone">Was it done?</param>
/// <param name="Detail">What happened, or why not.</param>
public sealed record OperationResult(bool IsDone, string Detail);
