using NodaTime;
using SloRollback.Services;

namespace SloRollback.Rollbacks;

/// <summary>One line of the audit log: what was decided or done, by whom. Lines are added, never changed; retention removes the oldest.</summary>
public sealed record JournalEntry
{
    /// <summary>The line's number, given by the journal in the order of writing: from 1, growing, not always by one.</summary>
    public long Sequence { get; init; }

    /// <summary>When it happened.</summary>
    public Instant At { get; init; }

    /// <summary>What it is about.</summary>
    public JournalEntryKind Kind { get; init; }

    /// <summary>The service as people write it (<c>checkout/production</c>); empty when it concerns all.</summary>
    public string Service { get => field ?? ""; init; } = "";

    /// <summary>The rule of a decision, the id of a rollback, or the scope of a pause.</summary>
    public string Subject { get => field ?? ""; init; } = "";

    /// <summary>The person who did it; empty when the engine did.</summary>
    public string By { get => field ?? ""; init; } = "";

    /// <summary>The line, for people.</summary>
    public string Text { get => field ?? ""; init; } = "";

    /// <summary>The evidence that belongs to it, or empty.</summary>
    public string EvidenceId { get => field ?? ""; init; } = "";

    /// <summary>The line that a journal adds when the kill switch is turned, in the same atomic step.</summary>
    /// <param name="request">What was asked of it.</param>
    public static JournalEntry Of(PauseRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parts = request.Scope.Split('/');
        return new JournalEntry
        {
            At = request.At,
            Kind = request.IsPause ? JournalEntryKind.Paused : JournalEntryKind.Resumed,
            Service = parts.Length < 2 ? "" : new ServiceId(parts[0], parts[1]).ToString(),
            Subject = request.Scope,
            By = request.By,
            Text = request.Reason,
        };
    }
}
