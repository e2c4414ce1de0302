namespace SloRollback.Sample.Scenarios;

/// <summary>The stories that the sample can tell.</summary>
internal enum ScenarioName
{
    BadRelease,
    DependencyOutage,
}
