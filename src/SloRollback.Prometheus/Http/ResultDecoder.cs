using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SloRollback.Prometheus.Http;

/// <summary>Decodes the result in an answer: series with many values or with one, or a lone value. Each series is handed on at its end.</summary>
internal sealed class ResultDecoder(ISeriesSink sink) : IDisposable
{
    // Beyond the years 0001 to 9999 a time is an error, and no arithmetic on it is safe.
    private const double LatestSeconds = 253_402_300_799;
    private const double EarliestSeconds = -62_135_596_800;

    private readonly SampleBuffer samples = new();
    private readonly SeriesSet known = new();
    private SkippedValue skipped;
    private byte[] labels = ArrayPool<byte>.Shared.Rent(512);
    private int labelsLength;
    private bool hasValues;
    private bool isOfHistograms;
    private bool isAfterSample;
    private bool isAfterSeries;
    private long time;
    private Place place;

    /// <summary>What is about to be read.</summary>
    private enum Place
    {
        Start,
        Series,
        ScalarText,
        ScalarEnd,
        Property,
        Labels,
        Values,
        NextValue,
        Time,
        Text,
        EndOfValue,
        OnlyValue,
        OnlyTime,
        OnlyText,
        EndOfOnlyValue,
        Other,
    }

    public int SeriesCount { get; private set; }

    public bool HasHistograms { get; private set; }

    /// <summary>Is <see cref="TryTakeLabels"/> to be called next, and not the reader?</summary>
    public bool IsAtLabels => place == Place.Labels;

    /// <summary>Takes whole and usual samples or series that follow the last token, up to whatever is not.</summary>
    /// <returns>The number of bytes taken; to the reader's state they change nothing.</returns>
    public int TakeFollowing(ReadOnlySpan<byte> data)
    {
        if (!isAfterSeries)
            return isAfterSample ? SampleText.TakeFollowing(data, samples) : 0;

        var taken = 0;
        while (SeriesText.TryTakeFollowing(data[taken..], samples, out var written, out var length))
        {
            HandOn(written);
            taken += length;
        }

        return taken;
    }

    /// <summary>Takes the labels of a series, at once, so that they can be kept as they are.</summary>
    /// <param name="reader">The reader; where not all of them are there yet, it stays where it is.</param>
    /// <param name="data">What it reads.</param>
    public bool TryTakeLabels(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var ahead = reader;
        if (!ahead.Read())
            return false;

        Shape.Expect(ref ahead, JsonTokenType.StartObject, "the labels of a series");
        var start = (int)ahead.TokenStartIndex;
        while (true)
        {
            if (!ahead.Read())
                return false;
            if (ahead.TokenType == JsonTokenType.EndObject)
                break;
            if (!ahead.Read())
                return false;

            Shape.Expect(ref ahead, JsonTokenType.String, "a label");
        }

        reader = ahead;
        Keep(data[start..(int)ahead.BytesConsumed]);
        return true;
    }

    /// <summary>Takes a token; was it the result's last?</summary>
    public bool EndsWith(ref Utf8JsonReader reader)
    {
        if (place is Place.Series or Place.ScalarEnd && reader.TokenType == JsonTokenType.EndArray)
        {
            if (place == Place.ScalarEnd)
                HandOn("{}"u8);

            (place, isAfterSeries) = (Place.Start, false);
            return true;
        }

        place = Take(ref reader);
        return false;
    }

    public void Dispose()
    {
        samples.Dispose();
        known.Dispose();
        ArrayPool<byte>.Shared.Return(labels);
        labels = [];
    }

    private Place Take(ref Utf8JsonReader reader)
    {
        (isAfterSample, isAfterSeries) = (false, false);
        switch (place)
        {
            case Place.NextValue when reader.TokenType == JsonTokenType.EndArray:
                return Place.Property;
            case Place.NextValue or Place.OnlyValue:
                Shape.Expect(ref reader, JsonTokenType.StartArray, "a value");
                return place + 1;
            case Place.Time or Place.OnlyTime:
                time = Time(ref reader);
                return place + 1;
            case Place.Text or Place.OnlyText:
                samples.Add(time, Number(ref reader) ?? throw Shape.Unexpected("a value is not a number"));
                return place + 1;
            case Place.EndOfValue:
                Shape.Expect(ref reader, JsonTokenType.EndArray, "the end of a value");
                isAfterSample = true;
                return Place.NextValue;
            case Place.EndOfOnlyValue:
                Shape.Expect(ref reader, JsonTokenType.EndArray, "the end of a value");
                return Place.Property;
            case Place.Labels:
                return Place.Property;
            case Place.Property:
                return reader.TokenType == JsonTokenType.EndObject ? EndSeries() : Property(ref reader);
            case Place.Values:
                Shape.Expect(ref reader, JsonTokenType.StartArray, "the values of a series");
                return Place.NextValue;
            case Place.Other:
                return skipped.EndsWith(ref reader) ? Place.Property : Place.Other;
            default:
                return TakeOutside(ref reader);
        }
    }

    private Place TakeOutside(ref Utf8JsonReader reader)
    {
        switch (place)
        {
            case Place.Start:
                Shape.Expect(ref reader, JsonTokenType.StartArray, "a result");
                return Place.Series;
            case Place.Series when reader.TokenType == JsonTokenType.Number:
                StartSeries();
                time = Time(ref reader);
                return Place.ScalarText;
            case Place.Series:
                Shape.Expect(ref reader, JsonTokenType.StartObject, "a series");
                StartSeries();
                return Place.Property;
            case Place.ScalarText:
                // A result of the type string looks like a scalar: whoever asked is told of the type.
                if (Number(ref reader) is { } number)
                    samples.Add(time, number);
                return Place.ScalarEnd;
            default:
                throw Shape.Unexpected($"the end of a scalar was expected, not {reader.TokenType}");
        }
    }

    private Place Property(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("metric"u8))
            return Place.Labels;

        var isValues = reader.ValueTextEquals("values"u8);
        if (isValues || reader.ValueTextEquals("value"u8))
        {
            hasValues = true;
            return isValues ? Place.Values : Place.OnlyValue;
        }

        isOfHistograms |= reader.ValueTextEquals("histograms"u8) || reader.ValueTextEquals("histogram"u8);
        return Place.Other;
    }

    private void StartSeries()
    {
        samples.Clear();
        (labelsLength, hasValues, isOfHistograms) = (0, false, false);
    }

    private Place EndSeries()
    {
        if (labelsLength == 0 || (!hasValues && !isOfHistograms))
            throw Shape.Unexpected("a series has no metric or no values");

        isAfterSeries = true;
        HasHistograms |= isOfHistograms;
        if (hasValues)
            HandOn(labels.AsSpan(0, labelsLength));

        return Place.Series;
    }

    private void HandOn(ReadOnlySpan<byte> written)
    {
        // Two counters with one name cannot be told apart, and taken for one they would reset at every sample.
        if (!known.Add(written))
            throw new AnswerShapeException($"two series have the same labels: {Excerpt.Of(Encoding.UTF8.GetString(written))}");

        SeriesCount++;
        sink.Add(written, samples.Samples);
    }

    private void Keep(ReadOnlySpan<byte> written)
    {
        if (!Utf8.IsValid(written))
            throw Shape.Unexpected("a label is not UTF-8");

        if (written.Length > labels.Length)
        {
            ArrayPool<byte>.Shared.Return(labels);
            labels = ArrayPool<byte>.Shared.Rent(written.Length);
        }

        written.CopyTo(labels);
        labelsLength = written.Length;
    }

    private static long Time(ref Utf8JsonReader reader)
    {
        Shape.Expect(ref reader, JsonTokenType.Number, "the time of a value");
        if (!reader.TryGetDouble(out var seconds) || !(seconds is >= EarliestSeconds and <= LatestSeconds))
            throw Shape.Unexpected("the time of a value is out of range");

        return (long)Math.Round(seconds * 1000);
    }

    private static double? Number(ref Utf8JsonReader reader)
    {
        Shape.Expect(ref reader, JsonTokenType.String, "a value as text");

        // Nobody escapes digits; whoever does is right all the same.
        var text = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        return SampleText.TryParse(text, out var value) ? value : null;
    }
}
