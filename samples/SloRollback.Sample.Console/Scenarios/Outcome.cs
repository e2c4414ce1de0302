namespace SloRollback.Sample.Scenarios;

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">0 when it ended as it should.</param>
/// <param name="LastLine">What came of it, in one line.</param>
internal sealed record Outcome(int ExitCode, string LastLine)
{
    public const int Interrupted = 130;

    /// <summary>What a person can do about it.</summary>
    public string? Advice { get; init; }
}
