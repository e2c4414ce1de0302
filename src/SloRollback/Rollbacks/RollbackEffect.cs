namespace SloRollback.Rollbacks;

/// <summary>What the shell is to do, in order, after a transition. A write that fails stops the effects behind it.</summary>
internal abstract record RollbackEffect
{
    /// <summary>Write the new state to the journal, if the stored version is still the previous one.</summary>
    public sealed record WriteJournal(RollbackRecord Record) : RollbackEffect;

    /// <summary>Ask the provider to roll back.</summary>
    public sealed record CallRollBack : RollbackEffect;

    /// <summary>Ask the provider how far it is.</summary>
    public sealed record AskProgress : RollbackEffect;

    /// <summary>Tell people.</summary>
    public sealed record Notify(string Text) : RollbackEffect;
}
