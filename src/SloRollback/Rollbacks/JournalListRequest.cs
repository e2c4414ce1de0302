namespace SloRollback.Rollbacks;

/// <summary>Asks for the newest lines of the audit log.</summary>
public sealed record JournalListRequest
{
    /// <summary>At most so many lines.</summary>
    /// <value>50; 1 to 1,000, a journal takes what lies outside as the nearest of these.</value>
    public int Limit { get => field; init => field = Math.Clamp(value, 1, 1000); } = 50;

    /// <summary>Only lines whose <see cref="JournalEntry.Service"/> is this one.</summary>
    /// <value>Empty: all.</value>
    public string Service { get => field ?? ""; init; } = "";

    /// <summary>Only lines whose <see cref="JournalEntry.Subject"/> is this one.</summary>
    /// <value>Empty: all.</value>
    public string Subject { get => field ?? ""; init; } = "";

    /// <summary>Only lines before this one: the last <see cref="JournalEntry.Sequence"/> of the page before.</summary>
    /// <value>Null: from the newest on.</value>
    public long? Before { get; init; }
}
