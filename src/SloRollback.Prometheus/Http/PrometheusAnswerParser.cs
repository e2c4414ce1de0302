using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Http;

/// <summary>Reads an answer of Prometheus's query API, without a document and without a string per sample.</summary>
internal ref struct PrometheusAnswerParser
{
    // Beyond the years 0001 to 9999 a time is an error, and no arithmetic on it is safe.
    private const double LatestSeconds = 253_402_300_799;
    private const double EarliestSeconds = -62_135_596_800;

    private readonly PrometheusAnswer answer = new();
    private readonly List<Sample> samples = [];
    private readonly ISeriesSink sink;
    private readonly ReadOnlySpan<byte> json;
    private Utf8JsonReader reader;

    private PrometheusAnswerParser(ReadOnlySpan<byte> json, ISeriesSink sink)
    {
        this.sink = sink;
        this.json = json;
        reader = new Utf8JsonReader(json);
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is not JSON, or broken off.</exception>
    /// <exception cref="AnswerShapeException">It is not of the promised shape.</exception>
    public static PrometheusAnswer Parse(ReadOnlySpan<byte> json, ISeriesSink sink)
    {
        var parser = new PrometheusAnswerParser(json, sink);
        try
        {
            parser.Answer();
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader says so of a string that is not UTF-8; token types are checked before.
            throw new AnswerShapeException("a text in it is not UTF-8");
        }

        return parser.answer;
    }

    private void Answer()
    {
        reader.Read();
        Expect(JsonTokenType.StartObject, "an object");
        while (NextProperty())
        {
            if (reader.ValueTextEquals("status"u8))
                answer.Status = ReadText("status");
            else if (reader.ValueTextEquals("errorType"u8))
                answer.ErrorType = ReadText("errorType");
            else if (reader.ValueTextEquals("error"u8))
                answer.Error = ReadText("error");
            else if (reader.ValueTextEquals("warnings"u8) || reader.ValueTextEquals("infos"u8))
                Warnings();
            else if (reader.ValueTextEquals("data"u8))
                Data();
            else
                reader.Skip();
        }

        // Whatever follows the object is an error, which the reader reports.
        while (reader.Read())
        {
        }

        if (answer.Status.Length == 0)
            throw new AnswerShapeException("it has no status");
    }

    private void Warnings()
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return;

        Expect(JsonTokenType.StartArray, "an array of warnings");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.String, "a warning");
            answer.Warnings.Add(reader.GetString()!);
        }
    }

    private void Data()
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return;

        Expect(JsonTokenType.StartObject, "data");
        var hasResult = false;
        while (NextProperty())
        {
            if (reader.ValueTextEquals("resultType"u8))
            {
                answer.ResultType = ReadText("resultType");
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                hasResult = true;
                Result();
            }
            else
            {
                reader.Skip();
            }
        }

        if (answer.ResultType.Length > 0 && !hasResult)
            throw new AnswerShapeException("it has no result");
    }

    private void Result()
    {
        reader.Read();
        Expect(JsonTokenType.StartArray, "a result");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number)
            {
                Scalar();
                return;
            }

            Expect(JsonTokenType.StartObject, "a series");
            Series();
        }
    }

    private void Scalar()
    {
        samples.Clear();
        var time = Time();
        reader.Read();
        Expect(JsonTokenType.String, "a value as text");

        // The result may be of the type string: whoever asked is told of the type.
        if (TryNumber(out var value))
            samples.Add(new Sample(time, value));

        reader.Read();
        Expect(JsonTokenType.EndArray, "the end of a scalar");
        Add("{}"u8);
    }

    private void Add(ReadOnlySpan<byte> labels)
    {
        answer.SeriesCount++;
        sink.Add(labels, CollectionsMarshal.AsSpan(samples));
    }

    private void Series()
    {
        ReadOnlySpan<byte> labels = default;
        bool hasValues = false, hasHistograms = false;
        samples.Clear();
        while (NextProperty())
        {
            if (reader.ValueTextEquals("metric"u8))
            {
                labels = Labels();
            }
            else if (reader.ValueTextEquals("values"u8))
            {
                hasValues = true;
                Values();
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                hasValues = true;
                reader.Read();
                Value();
            }
            else
            {
                hasHistograms |= reader.ValueTextEquals("histograms"u8) || reader.ValueTextEquals("histogram"u8);
                reader.Skip();
            }
        }

        if (labels.IsEmpty || (!hasValues && !hasHistograms))
            throw new AnswerShapeException("a series has no metric or no values");

        answer.HasHistograms |= hasHistograms;
        if (hasValues)
            Add(labels);
    }

    private ReadOnlySpan<byte> Labels()
    {
        reader.Read();
        Expect(JsonTokenType.StartObject, "the labels of a series");
        var start = (int)reader.TokenStartIndex;
        while (NextProperty())
        {
            reader.Read();
            Expect(JsonTokenType.String, "a label");
        }

        var labels = json[start..(int)reader.BytesConsumed];
        return Utf8.IsValid(labels) ? labels : throw new AnswerShapeException("a label is not UTF-8");
    }

    private void Values()
    {
        reader.Read();
        Expect(JsonTokenType.StartArray, "the values of a series");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            Value();
    }

    private void Value()
    {
        Expect(JsonTokenType.StartArray, "a value");
        reader.Read();
        Expect(JsonTokenType.Number, "the time of a value");
        var time = Time();
        reader.Read();
        Expect(JsonTokenType.String, "a value as text");
        if (!TryNumber(out var value))
            throw new AnswerShapeException("a value is not a number");

        reader.Read();
        Expect(JsonTokenType.EndArray, "the end of a value");

        // A repeated or older sample adds nothing; what follows relies on the order.
        if (samples.Count == 0 || samples[^1].Time < time)
            samples.Add(new Sample(time, value));
    }

    private readonly long Time()
    {
        if (!reader.TryGetDouble(out var seconds) || !(seconds is >= EarliestSeconds and <= LatestSeconds))
            throw new AnswerShapeException("the time of a value is out of range");

        return (long)Math.Round(seconds * 1000);
    }

    private readonly bool TryNumber(out double value)
    {
        var text = reader.ValueSpan;
        if (!reader.ValueIsEscaped && Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value))
            return true;

        value = text switch
        {
            _ when text.SequenceEqual("+Inf"u8) || text.SequenceEqual("Inf"u8) => double.PositiveInfinity,
            _ when text.SequenceEqual("-Inf"u8) => double.NegativeInfinity,
            _ => double.NaN,
        };
        return !double.IsNaN(value) || text.SequenceEqual("NaN"u8);
    }

    private bool NextProperty()
    {
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject)
            return false;

        Expect(JsonTokenType.PropertyName, "a property");
        return true;
    }

    private string ReadText(string what)
    {
        reader.Read();
        Expect(JsonTokenType.String, what);
        return reader.GetString()!;
    }

    private readonly void Expect(JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
            throw new AnswerShapeException($"{what} was expected at byte {reader.TokenStartIndex}, not {reader.TokenType}");
    }
}
