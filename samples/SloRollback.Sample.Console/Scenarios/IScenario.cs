namespace SloRollback.Sample.Scenarios;

/// <summary>A story: what happens to the service, and how it should end.</summary>
internal interface IScenario
{
    string Title { get; }

    /// <summary>Plays the story, from a healthy v1 on.</summary>
    Task<Outcome> PlayAsync(Stage stage, CancellationToken cancellationToken);
}
