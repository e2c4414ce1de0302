namespace SloRollback.Rollbacks;

/// <summary>A journal's answer to a question: what is on record, or why that cannot be told.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public sealed record JournalAnswer<T>
{
    /// <summary>What is on record; the type's default when it is unavailable or when nothing is.</summary>
    public T? Value { get; init; }

    /// <summary>Why the journal cannot be read; <see langword="null"/> when it can.</summary>
    public string? Unavailable { get; init; }
}
