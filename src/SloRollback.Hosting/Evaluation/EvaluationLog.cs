using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Hosting.Evaluation;

internal static partial class EvaluationLog
{
    [LoggerMessage(1001, LogLevel.Warning, "{Rule}: episode began: onset {Onset}, errors began {ErrorsBegan}")]
    public static partial void EpisodeBegan(ILogger logger, RuleKey rule, Instant onset, Instant errorsBegan);

    [LoggerMessage(1002, LogLevel.Information, "{Rule}: episode of {Onset} ended: {End}")]
    public static partial void EpisodeEnded(ILogger logger, RuleKey rule, Instant onset, EpisodeEnd end);

    [LoggerMessage(1003, LogLevel.Warning, "{Text}")]
    public static partial void CannotSee(ILogger logger, string text);

    [LoggerMessage(1004, LogLevel.Information, "{Text}")]
    public static partial void Told(ILogger logger, string text);

    [LoggerMessage(1005, LogLevel.Error, "An evaluation failed; the next one runs at the next step")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(1006, LogLevel.Information, "Watching {Objectives} objective(s) of {Services} service(s), every {Step}; reading back {Steps} steps")]
    public static partial void Started(ILogger logger, int objectives, int services, string step, int steps);

    [LoggerMessage(2103, LogLevel.Warning, "Metric source {Source}: {Warning}")]
    public static partial void SourceWarning(ILogger logger, string source, string warning);

    [LoggerMessage(2104, LogLevel.Error, "Metric source {Source} failed with an exception, which is a bug in it")]
    public static partial void SourceFault(ILogger logger, Exception exception, string source);
}
