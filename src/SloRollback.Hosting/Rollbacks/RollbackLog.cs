using Microsoft.Extensions.Logging;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Rollbacks;

internal static partial class RollbackLog
{
    [LoggerMessage(3001, LogLevel.Warning, "{Text} Evidence {EvidenceId}")]
    public static partial void RollingBack(ILogger logger, string text, string evidenceId);

    [LoggerMessage(3002, LogLevel.Warning, "{Text} Evidence {EvidenceId}")]
    public static partial void Held(ILogger logger, string text, string evidenceId);

    [LoggerMessage(3003, LogLevel.Warning, "{Text} Evidence {EvidenceId}")]
    public static partial void Recommended(ILogger logger, string text, string evidenceId);

    [LoggerMessage(3004, LogLevel.Information, "{Text}")]
    public static partial void Moved(ILogger logger, string text);

    [LoggerMessage(3005, LogLevel.Warning, "{Text} Evidence {EvidenceId}, rollback {RollbackId}")]
    public static partial void AwaitingApproval(ILogger logger, string text, string evidenceId, RollbackId rollbackId);

    [LoggerMessage(3006, LogLevel.Error, "{Text}")]
    public static partial void Unsuccessful(ILogger logger, string text);

    [LoggerMessage(3007, LogLevel.Information, "{Rule} joins rollback {RollbackId}")]
    public static partial void Joined(ILogger logger, RuleKey rule, RollbackId rollbackId);

    [LoggerMessage(3008, LogLevel.Error, "Evidence {EvidenceId} could not be written to {Directory}")]
    public static partial void EvidenceNotWritten(ILogger logger, Exception exception, string evidenceId, string directory);

    [LoggerMessage(3009, LogLevel.Information, "{Provider}: probes that nobody had ended were taken away: {Probes}")]
    public static partial void ProbesSwept(ILogger logger, string provider, string probes);

    [LoggerMessage(3010, LogLevel.Warning, "{Provider}: what is left of probes could not be taken away: {Problems}. It is tried again every 10 min.")]
    public static partial void ProbesNotSwept(ILogger logger, string provider, string problems);

    [LoggerMessage(3011, LogLevel.Warning, "{Text} Evidence {EvidenceId}")]
    public static partial void ByHand(ILogger logger, string text, string evidenceId);

    [LoggerMessage(4002, LogLevel.Error, "The journal cannot be read ({Reason}); nothing is rolled back meanwhile")]
    public static partial void JournalUnreadable(ILogger logger, string reason);

    [LoggerMessage(4003, LogLevel.Information, "The journal can be read again")]
    public static partial void JournalReadable(ILogger logger);

    [LoggerMessage(4004, LogLevel.Error, "The journal did not take evidence and audit log ({Status}: {Detail}); they wait for its next write")]
    public static partial void BatchNotJournaled(ILogger logger, JournalWriteStatus status, string detail);

    [LoggerMessage(4005, LogLevel.Warning, "Evidence {EvidenceId} of an open rollback could not be read from the journal ({Reason}); what follows is not added to it")]
    public static partial void EvidenceNotRead(ILogger logger, Exception? exception, string evidenceId, string reason);

    [LoggerMessage(4001, LogLevel.Error, "Rollback {RollbackId}: the journal did not take {State} ({Status}: {Detail}); nothing is done")]
    public static partial void NotJournaled(ILogger logger, RollbackId rollbackId, RollbackState state, JournalWriteStatus status, string detail);
}
