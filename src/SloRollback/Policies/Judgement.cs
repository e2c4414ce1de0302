namespace SloRollback.Policies;

/// <summary>A verdict and, when it is unknown, why.</summary>
internal readonly record struct Judgement(Verdict Verdict, UnknownReason Reason = UnknownReason.None)
{
    public static Judgement Breached => new(Verdict.Breached);

    public static Judgement NotBreached => new(Verdict.NotBreached);

    public static Judgement Of(bool isBreached) => isBreached ? Breached : NotBreached;

    public static Judgement Unknown(UnknownReason reason) => new(Verdict.Unknown, reason);

    /// <summary>Kleene's and: one part not breached is enough for not breached.</summary>
    public static Judgement And(Judgement a, Judgement b) => Combine(a, b, decisive: Verdict.NotBreached);

    /// <summary>Kleene's or: one part breached is enough for breached.</summary>
    public static Judgement Or(Judgement a, Judgement b) => Combine(a, b, decisive: Verdict.Breached);

    private static Judgement Combine(Judgement a, Judgement b, Verdict decisive)
    {
        if (a.Verdict == decisive) return a;
        if (b.Verdict == decisive) return b;
        if (a.Verdict != Verdict.Unknown) return b;
        if (b.Verdict != Verdict.Unknown) return a;

        // Of two unknowns the blindness is told: few events are no blindness, a filling look-back a lesser one.
        return a.Reason >= b.Reason ? a : b;
    }
}
