namespace SloRollback.Tests.Docs;

/// <summary>The colours of the pictures, one meaning each.</summary>
internal static class Paint
{
    public const string Ink = "#1f2328";
    public const string Grey = "#57606a";
    public const string Pale = "#d0d7de";
    public const string Panel = "#f6f8fa";
    public const string Good = "#1a7f37";
    public const string PaleGood = "#aceebb";
    public const string Bad = "#cf222e";
    public const string PaleBad = "#ffcecb";
    public const string Blue = "#0969da";
    public const string PaleBlue = "#b6e3ff";
    public const string Pink = "#bf3989";
    public const string Amber = "#9a6700";
    public const string PaleAmber = "#fae17d";
    public const string Purple = "#8250df";
    public const string PalePurple = "#d8b9ff";
    public const string Hatch = "url(#hatch)";
    public const string White = "#ffffff";

    public static Cell Of(StepState state) => state switch
    {
        StepState.Measured => new(PaleGood, "M"),
        StepState.NoTraffic => new(PaleBlue, "0"),
        StepState.Missing => new(PaleAmber, "–"),
        StepState.Excluded => new(Hatch, "x"),
        StepState.Inconsistent => new(PalePurple, "!"),
        _ => new(Pale, "?"),
    };

    public static Cell Of(Verdict verdict) => verdict switch
    {
        Verdict.Breached => new(Bad, "Breached", White),
        Verdict.NotBreached => new(PaleGood, "NotBreached"),
        _ => new(Pale, "Unknown"),
    };

    public static string Of(BudgetBand band) => band switch
    {
        BudgetBand.Healthy => "#dafbe1",
        BudgetBand.Observe => "#ddf4ff",
        BudgetBand.NeedsAttention => "#fff8c5",
        BudgetBand.Unhealthy => "#ffebe9",
        _ => "#ffcecb",
    };
}

/// <summary>One cell of a row: its colour and what stands in it, where there is room.</summary>
internal readonly record struct Cell(string Fill, string Text = "", string Ink = Paint.Ink);
