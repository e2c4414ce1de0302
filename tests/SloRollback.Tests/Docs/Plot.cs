namespace SloRollback.Tests.Docs;

/// <summary>One panel of a picture: values over time, labels of lines and limits at its right, marks above it.</summary>
internal sealed class Plot
{
    public const double Left = 126;
    public const double Right = 670;
    private const double Heading = 24;
    private const double Marks = 18;
    private const double NarrowBar = 6;
    private const double LabelHeight = 17;
    private readonly Svg svg;
    private readonly (double From, double To) x;
    private readonly (double From, double To) y;
    private readonly double top;
    private readonly double height;
    private readonly List<(double At, string Text, string Color)> labels = [];

    public Plot(Svg svg, double top, double height, (double From, double To) x, (double From, double To) y, string title, bool isMarked = false)
    {
        (this.svg, this.top, this.height, this.x, this.y) = (svg, top + Heading + (isMarked ? Marks : 0), height, x, y);
        svg.Text(Left, top + 14, title, isBold: true);
        svg.Rectangle(Left, this.top, Right - Left, height, Paint.Panel);
        Next = Bottom + 12;
    }

    public double Bottom => top + height;

    /// <summary>Where the next panel or row begins.</summary>
    public double Next { get; private set; }

    public double X(double value) => Left + ((value - x.From) / (x.To - x.From) * (Right - Left));

    public double Y(double value) => top + height - (Math.Clamp((value - y.From) / (y.To - y.From), 0, 1) * height);

    public Plot Values(params ReadOnlySpan<(double At, string Label)> values)
    {
        foreach (var (at, label) in values)
        {
            svg.Line(Left, Y(at), Right, Y(at), Paint.Pale);
            svg.Text(Left - 8, Y(at) + 4, label, Paint.Grey, "end", 12);
        }

        return this;
    }

    public Plot Times(params ReadOnlySpan<(double At, string Label)> times)
    {
        foreach (var (at, label) in times)
        {
            svg.Line(X(at), Bottom, X(at), Bottom + 4, Paint.Grey);
            svg.Text(X(at), Bottom + 17, label, Paint.Grey, "middle", 12);
        }

        Next = Bottom + 30;
        return this;
    }

    /// <summary>A stretch of time with another background.</summary>
    public Plot Stretch(double from, double to, string fill)
    {
        svg.Rectangle(X(from), top, X(to) - X(from), height, fill);
        return this;
    }

    public Plot Bars(IEnumerable<(double From, double To, double Value, string Fill)> bars, double floor = 0)
    {
        var open = default((double From, double To, double Value, string Fill));
        foreach (var bar in bars)
        {
            // Bars too narrow for a gap between them become one where they are equal: no edges to be blurred.
            if (bar.From == open.To && bar.Value == open.Value && bar.Fill == open.Fill && X(bar.To) - X(bar.From) < NarrowBar)
            {
                open.To = bar.To;
                continue;
            }

            Bar(open, floor);
            open = bar;
        }

        Bar(open, floor);
        return this;
    }

    /// <summary>A line, broken where nothing is known, with its label at the newest value.</summary>
    public Plot Line(IEnumerable<(double At, double? Value)> points, string color, params ReadOnlySpan<string> label)
    {
        var strokes = new List<List<(double, double)>> { new() };
        var last = y.From;
        foreach (var (at, value) in points)
        {
            if (value is not { } known)
            {
                strokes.Add([]);
                continue;
            }

            last = known;
            strokes[^1].Add((X(at), Y(known)));
        }

        svg.Curve(strokes, color);
        Label(last, color, label);
        return this;
    }

    /// <summary>A limit, with its label.</summary>
    public Plot Limit(double value, string label, string color = Paint.Bad)
    {
        svg.Line(Left, Y(value), Right, Y(value), color, 1.5, "6 4");
        Label(value, color, label);
        return this;
    }

    public Plot Label(double value, string color, params ReadOnlySpan<string> text)
    {
        foreach (var line in text) labels.Add((Y(value), line, color));
        return this;
    }

    /// <summary>An instant, with its label above the panel.</summary>
    public Plot Mark(double at, string label, string color = Paint.Pink, string anchor = "middle")
    {
        svg.Line(X(at), top - 4, X(at), Bottom, color, 1.5);
        svg.Text(X(at), top - 8, label, color, anchor, 12);
        return this;
    }

    /// <summary>A text beside a value.</summary>
    public Plot Note(double at, double value, string text, string color = Paint.Ink)
    {
        svg.Text(X(at), Y(value) - 6, text, color, "middle", 12);
        return this;
    }

    public Plot Dot(double at, double value, string color)
    {
        svg.Dot(X(at), Y(value), color);
        return this;
    }

    private void Bar((double From, double To, double Value, string Fill) bar, double floor)
    {
        var width = X(bar.To) - X(bar.From);
        svg.Rectangle(X(bar.From), Y(bar.Value), bar.To - bar.From > 1 || width < NarrowBar ? width : width * 0.86, Y(floor) - Y(bar.Value), bar.Fill);
    }

    /// <summary>Writes the labels at the right, as near to their values as there is room.</summary>
    public void End()
    {
        var sorted = labels.Select((label, i) => (label, i)).OrderBy(l => l.label.At).ThenBy(l => l.i).Select(l => l.label).ToList();
        var places = new double[sorted.Count];
        for (var i = 0; i < places.Length; i++)
            places[i] = i == 0 ? sorted[i].At : Math.Max(sorted[i].At, places[i - 1] + LabelHeight);
        var lowest = Bottom - 2;
        for (var i = places.Length - 1; i >= 0; i--)
        {
            places[i] = Math.Min(places[i], lowest);
            lowest = places[i] - LabelHeight;
        }

        for (var i = 0; i < places.Length; i++)
            svg.Text(Right + 10, places[i] + 4, sorted[i].Text, sorted[i].Color, size: 12);
    }
}
