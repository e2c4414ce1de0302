using System.Buffers;
using System.Text.Unicode;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Reads whole series as every server writes them, <c>{"metric":{"code":"500"},"values":[[1700000000.123,"42.5"]]}</c>: no space, no
/// escapes in labels. What is unusual is left to the JSON reader.
/// </summary>
internal static class SeriesText
{
    private static readonly SearchValues<byte> EndOfPlainText = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, ' ').Select(i => (byte)i)]);

    private static ReadOnlySpan<byte> Head => ",{\"metric\":"u8;

    private static ReadOnlySpan<byte> One => ",\"value\":"u8;

    private static ReadOnlySpan<byte> Many => ",\"values\":["u8;

    /// <summary>Reads a series that follows another one, with the comma before it.</summary>
    /// <param name="text">What follows the other one.</param>
    /// <param name="samples">Filled with its samples; of no meaning where it could not be read.</param>
    /// <param name="labels">Its labels, as written.</param>
    /// <param name="length">The number of bytes read.</param>
    public static bool TryTakeFollowing(ReadOnlySpan<byte> text, SampleBuffer samples, out ReadOnlySpan<byte> labels, out int length)
    {
        labels = default;
        length = 0;

        // A series that is not whole would be read twice; to look for its end costs little.
        if (!text.StartsWith(Head) || text.IndexOf("]}"u8) < 0 || !TryLabels(text[Head.Length..], out labels))
            return false;

        samples.Clear();
        var at = Head.Length + labels.Length;
        var rest = text[at..];
        if (rest.StartsWith(Many))
        {
            // The bracket stands where the comma before a following sample does.
            at += Many.Length - 1;
            if (!SampleText.TryTakeOne(text[at..], samples, out var first))
                return false;

            at += first;
            at += SampleText.TakeFollowing(text[at..], samples);
            if (!text[at..].StartsWith("]}"u8))
                return false;

            length = at + 2;
            return true;
        }

        at += One.Length - 1;
        if (!rest.StartsWith(One) || !SampleText.TryTakeOne(text[at..], samples, out var only) || !text[(at + only)..].StartsWith("}"u8))
            return false;

        length = at + only + 1;
        return true;
    }

    private static bool TryLabels(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> labels)
    {
        labels = default;
        if (text is not [(byte)'{', ..])
            return false;

        var at = 1;
        if (text is not [_, (byte)'}', ..])
        {
            do
            {
                if (!TryPlainText(text, ref at) || !Is(text, at++, ':') || !TryPlainText(text, ref at))
                    return false;
            }
            while (Is(text, at, ',') && ++at > 0);
        }

        if (!Is(text, at, '}'))
            return false;

        labels = text[..(at + 1)];
        return Utf8.IsValid(labels);
    }

    /// <summary>Passes over a text in quotes without escapes.</summary>
    private static bool TryPlainText(ReadOnlySpan<byte> text, ref int at)
    {
        if (!Is(text, at, '"'))
            return false;

        var length = text[(at + 1)..].IndexOfAny(EndOfPlainText);
        at += length + 2;
        return length >= 0 && text[at - 1] == '"';
    }

    private static bool Is(ReadOnlySpan<byte> text, int at, char character) => (uint)at < (uint)text.Length && text[at] == character;
}
