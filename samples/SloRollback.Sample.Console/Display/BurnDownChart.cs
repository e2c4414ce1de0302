using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SloRollback.Sample.Scenarios;

namespace SloRollback.Sample.Display;

/// <summary>Draws the remaining error budget over the run, in Braille: every character holds 2 × 4 dots.</summary>
internal static class BurnDownChart
{
    private const int Rows = 9;
    private const int Margin = 7;
    private static readonly int[,] Dots = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    public static IEnumerable<string> Draw(ImmutableArray<BudgetSample> samples, IEnumerable<Moment> marks, TimeSpan end, int width)
    {
        var columns = width - Margin - 2;
        var floor = Math.Min(0, Math.Floor(samples.Min(s => s.Remaining)));
        var cells = new int[Rows, columns];
        int Column(TimeSpan at, int scale) => Math.Clamp((int)(at / end * columns * scale), 0, (columns * scale) - 1);
        for (var (x, last) = (Column(samples[0].At, 2), -1); x < columns * 2; x++)
        {
            // A share belongs to the middle of the row that bears its label.
            var fallen = (1 - Math.Min(1, At(samples, end * x / (columns * 2)))) / (1 - floor);
            var y = (int)Math.Round((fallen * (Rows - 1) * 4) + 1.5);
            for (var dot = last < 0 ? y : Math.Min(last + 1, y); dot <= y || dot < last; dot++)
                cells[dot / 4, x / 2] |= Dots[dot % 4, x % 2];
            last = y;
        }

        for (var row = 0; row < Rows; row++)
        {
            var share = row % 2 == 0 ? $"{(1 - ((1 - floor) * row / (Rows - 1))) * 100:0} %" : "";
            var line = string.Concat(Enumerable.Range(0, columns).Select(c => cells[row, c] == 0 ? ' ' : (char)(0x2800 + cells[row, c])));
            yield return $"{share,Margin} {(share.Length > 0 ? '┤' : '│')}{line}".TrimEnd();
        }

        var moments = marks.Select(m => (m.Label, Column: Column(m.At, 1))).ToList();
        var axis = Enumerable.Range(0, columns).Select(c => moments.Exists(m => m.Column == c) ? '▲' : '─');
        yield return $"{"",Margin} └{string.Concat(axis)}";
        foreach (var labels in Labels(moments, columns)) yield return $"{"",Margin}  {labels}";
        yield return string.Create(CultureInfo.InvariantCulture, $"{"",Margin}  {"0 s".PadRight(columns - 5)}{end.TotalSeconds,3:0} s");
    }

    private static double At(ImmutableArray<BudgetSample> samples, TimeSpan at)
    {
        var next = 1;
        while (next < samples.Length - 1 && samples[next].At < at) next++;
        var (a, b) = (samples[next - 1], samples[next]);
        return a.Remaining + ((b.Remaining - a.Remaining) * Math.Clamp((at - a.At) / (b.At - a.At), 0, 1));
    }

    // Each label stands under its mark, in the first line that has room for it.
    private static IEnumerable<string> Labels(List<(string Label, int Column)> marks, int columns)
    {
        var lines = new List<StringBuilder>();
        foreach (var (label, column) in marks)
        {
            var start = Math.Max(0, Math.Min(column, columns - label.Length));
            var line = lines.Find(l => l.Length == 0 || l.Length < start);
            if (line is null) lines.Add(line = new StringBuilder());
            line.Append(' ', start - line.Length).Append(label);
        }

        return lines.Select(l => l.ToString());
    }
}
