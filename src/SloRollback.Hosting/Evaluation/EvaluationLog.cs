using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Hosting.Evaluation;

internal static partial class EvaluationLog
{
    [LoggerMessage(1001, LogLevel.Warning, "{Rule}: episode began: onset {Onset}, errors began {ErrorsBegan}; counted since {Deployment}")]
    public static partial void EpisodeBegan(ILogger logger, RuleKey rule, Instant onset, Instant errorsBegan, string deployment);

    [LoggerMessage(1002, LogLevel.Information, "{Rule}: episode of {Onset} ended: {End}")]
    public static partial void EpisodeEnded(ILogger logger, RuleKey rule, Instant onset, EpisodeEnd end);

    [LoggerMessage(1003, LogLevel.Warning, "{Text}")]
    public static partial void CannotSee(ILogger logger, string text);

    [LoggerMessage(1004, LogLevel.Information, "{Text}")]
    public static partial void Told(ILogger logger, string text);

    [LoggerMessage(1005, LogLevel.Error, "An evaluation failed; the next one runs at the next step")]
    public static partial void Failed(ILogger logger, Exception exception);

    /// <summary>As <see cref="Failed"/>; a logger that throws, as with a full disk, must not be what ends the host.</summary>
    public static void TryFailed(ILogger logger, Exception exception)
    {
        try
        {
            Failed(logger, exception);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // There is nobody left to tell; health and the failure counter show it.
        }
    }

    [LoggerMessage(1006, LogLevel.Information, "Watching {Objectives} objective(s) of {Services} service(s), every {Step}; reading back {Steps} steps")]
    public static partial void Started(ILogger logger, int objectives, int services, string step, int steps);

    [LoggerMessage(1007, LogLevel.Warning, "{Objective}: its series come from {Measured}, none of which is an instance of {Target} ({Own}). Nothing is rolled back for it. If it is measured elsewhere on purpose, tell its metric source not to compare (Prometheus: PodLabel)")]
    public static partial void SeriesFromElsewhere(ILogger logger, ObjectiveKey objective, string measured, DeploymentTarget target, string own);

    [LoggerMessage(1008, LogLevel.Information, "{Objective}: its series come from instances of {Target}")]
    public static partial void SeriesFromTarget(ILogger logger, ObjectiveKey objective, DeploymentTarget target);

    [LoggerMessage(1009, LogLevel.Warning, "{Whom} could not be asked which instances there are: {Problem}. Series are not compared with the workload until it can; it is asked again")]
    public static partial void OriginUnknown(ILogger logger, string whom, string problem);

    [LoggerMessage(1010, LogLevel.Information, "Back-fill from {Source} began: {Objectives} objective(s), back to {From}")]
    public static partial void BackFillBegan(ILogger logger, string source, int objectives, Instant from);

    [LoggerMessage(1011, LogLevel.Information, "Back-fill from {Source}: {Percent} %, done until {Until}")]
    public static partial void BackFillProgress(ILogger logger, string source, int percent, Instant until);

    [LoggerMessage(1012, LogLevel.Information, "Back-fill from {Source} is done; {Lacking} objective(s) are known for less than their period")]
    public static partial void BackFillDone(ILogger logger, string source, int lacking);

    [LoggerMessage(1013, LogLevel.Warning, "Back-fill from {Source} cannot read {Objectives} objective(s), {First} among them ({Reason}): {Detail}. They are asked for again, less and less often.")]
    public static partial void BackFillFailing(ILogger logger, string source, int objectives, ObjectiveKey first, UnmeasuredReason reason, string detail);

    [LoggerMessage(1014, LogLevel.Information, "Back-fill from {Source} can read all objectives again.")]
    public static partial void BackFillRecovered(ILogger logger, string source);

    [LoggerMessage(1015, LogLevel.Error, "Back-fill failed; it goes on after the next evaluation")]
    public static partial void BackFillFailed(ILogger logger, Exception exception);

    [LoggerMessage(2103, LogLevel.Warning, "Metric source {Source}: {Warning}")]
    public static partial void SourceWarning(ILogger logger, string source, string warning);

    [LoggerMessage(2105, LogLevel.Warning, "Metric source {Source}: its clock is {Offset} ahead of ours. Nothing is rolled back meanwhile.")]
    public static partial void ClockSkewed(ILogger logger, string source, Duration? offset);

    [LoggerMessage(2107, LogLevel.Debug, "Metric source {Source}: {Plan}")]
    public static partial void SourcePlan(ILogger logger, string source, string plan);

    [LoggerMessage(2106, LogLevel.Information, "Metric source {Source}: its clock and ours agree again.")]
    public static partial void ClocksAgree(ILogger logger, string source);

    [LoggerMessage(2104, LogLevel.Error, "Metric source {Source} failed with an exception, which is a bug in it")]
    public static partial void SourceFault(ILogger logger, Exception exception, string source);
}
