namespace SloRollback.Prometheus.Http;

/// <summary>
/// The labels of a series as the server wrote them: a JSON object of strings, checked by the decoder. Nothing is allocated unless a
/// string is asked for.
/// </summary>
/// <param name="json">The object, in UTF-8.</param>
internal readonly ref struct LabelsJson(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> json = json;

    public Enumerator GetEnumerator() => new(json);

    /// <summary>Looks up a label by its name in UTF-8.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out Label label)
    {
        foreach (var candidate in this)
        {
            if (candidate.NameEquals(name))
            {
                label = candidate;
                return true;
            }
        }

        label = default;
        return false;
    }

    /// <summary>A label's value, or <see langword="null"/> when the series does not have it.</summary>
    public string? Find(ReadOnlySpan<byte> name) => TryFind(name, out var label) ? label.Value : null;

    /// <summary>Walks over the labels in the order in which they were written.</summary>
    internal ref struct Enumerator(ReadOnlySpan<byte> json)
    {
        private ReadOnlySpan<byte> rest = json;

        public Label Current { get; private set; }

        public bool MoveNext()
        {
            if (!TryTakeText(out var name) || !TryTakeText(out var value))
                return false;

            Current = new Label(name, value);
            return true;
        }

        /// <summary>Takes what is between the next two quotes: between texts there are only braces, colons, commas and space.</summary>
        private bool TryTakeText(out ReadOnlySpan<byte> text)
        {
            text = default;
            var start = rest.IndexOf((byte)'"');
            if (start < 0)
                return false;

            rest = rest[(start + 1)..];
            var end = 0;
            while (true)
            {
                var next = rest[end..].IndexOfAny((byte)'"', (byte)'\\');
                if (next < 0)
                    return false;

                end += next;
                if (rest[end] == '"')
                    break;

                end = Math.Min(end + 2, rest.Length);
            }

            text = rest[..end];
            rest = rest[(end + 1)..];
            return true;
        }
    }
}

/// <summary>One label of <see cref="LabelsJson"/>.</summary>
internal readonly ref struct Label(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>The name as written, escapes included.</summary>
    public ReadOnlySpan<byte> RawName { get; } = name;

    /// <summary>The value as written, escapes included.</summary>
    public ReadOnlySpan<byte> RawValue { get; } = value;

    public string Name => JsonText.ToString(RawName);

    public string Value => JsonText.ToString(RawValue);

    public bool NameEquals(ReadOnlySpan<byte> name) => JsonText.Equals(RawName, name);

    public bool ValueEquals(ReadOnlySpan<byte> value) => JsonText.Equals(RawValue, value);

    /// <summary>The length that <see cref="CopyValue"/> needs at most.</summary>
    public int MaximumValueBytes => RawValue.Length;

    /// <summary>Writes the value without its escapes, in UTF-8.</summary>
    /// <returns>The number of bytes written.</returns>
    public int CopyValue(Span<byte> destination) => JsonText.Unescape(RawValue, destination);
}
