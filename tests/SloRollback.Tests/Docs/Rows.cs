namespace SloRollback.Tests.Docs;

/// <summary>Rows of cells below one another, on the same axis of time as a <see cref="Plot"/>: what each step is, or what a condition says.</summary>
internal sealed class Rows(Svg svg, double top)
{
    private const double Height = 24;
    private const double Gap = 8;
    private const double LetterWidth = 8;

    private readonly HashSet<Verdict> unnamed = [];
    private readonly HashSet<Verdict> named = [];

    /// <summary>Where the next row begins.</summary>
    public double Top { get; private set; } = top;

    /// <summary>A row of equal cells; equal neighbours become one when they have no room for a text of their own.</summary>
    public Rows Row(string label, IReadOnlyList<Cell> cells, string result = "", string color = Paint.Ink, double from = 0, double to = 1, bool isJoined = false)
    {
        svg.Text(Plot.Left - 8, Top + 16, label, Paint.Ink, "end", 12);
        var (left, width) = (Plot.Left + (from * (Plot.Right - Plot.Left)), (to - from) * (Plot.Right - Plot.Left) / cells.Count);
        var (isWide, start) = (!isJoined && width > 14, 0);
        for (var i = 1; i <= cells.Count; i++)
        {
            if (!isWide && i < cells.Count && cells[i] == cells[start]) continue;

            var (x, length) = (left + (start * width), (i - start) * width);
            svg.Rectangle(x, Top, length, Height, cells[start].Fill, isWide ? Paint.White : "none");
            if (cells[start].Text.Length * LetterWidth < length)
                svg.Text(x + (length / 2), Top + 16, cells[start].Text, cells[start].Ink, "middle", 12);
            start = i;
        }

        if (result.Length > 0) svg.Text(Plot.Right + 10, Top + 16, result, color, size: 12);
        Top += Height + Gap;
        return this;
    }

    public Rows Verdicts(string label, IReadOnlyList<Verdict> verdicts, string result = "")
    {
        var start = 0;
        for (var i = 1; i <= verdicts.Count; i++)
        {
            if (i < verdicts.Count && verdicts[i] == verdicts[start]) continue;

            var width = (i - start) * (Plot.Right - Plot.Left) / verdicts.Count;
            (Paint.Of(verdicts[start]).Text.Length * LetterWidth < width ? named : unnamed).Add(verdicts[start]);
            start = i;
        }

        return Row(label, [.. verdicts.Select(Paint.Of)], result, isJoined: true);
    }

    /// <summary>Explains the verdicts that had no room for their names.</summary>
    public Rows Rest()
    {
        unnamed.ExceptWith(named);
        return unnamed.Count == 0 ? this : Legend([.. unnamed.Order().Select(v => (Paint.Of(v) with { Text = "" }, v.ToString()))]);
    }

    /// <summary>Explains cells.</summary>
    public Rows Legend(params ReadOnlySpan<(Cell Cell, string Text)> entries)
    {
        var x = Plot.Left;
        foreach (var (cell, text) in entries)
        {
            svg.Rectangle(x, Top + 2, 16, 16, cell.Fill, Paint.White);
            svg.Text(x + 8, Top + 14, cell.Text, cell.Ink, "middle", 12);
            svg.Text(x + 22, Top + 14, text, Paint.Grey, size: 12);
            x += 34 + (text.Length * 7.4);
        }

        Top += Height + Gap;
        return this;
    }

    public Rows Times(double count, params ReadOnlySpan<(double At, string Label)> times)
    {
        foreach (var (at, label) in times)
            svg.Text(Plot.Left + (at / count * (Plot.Right - Plot.Left)), Top + 8, label, Paint.Grey, "middle", 12);
        Top += Height;
        return this;
    }

    public Rows Title(string title)
    {
        svg.Text(Plot.Left, Top + 14, title, isBold: true);
        Top += Height;
        return this;
    }

    public Rows Space(double height)
    {
        Top += height;
        return this;
    }
}
