using System.Buffers.Text;
using System.Text.Json;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Http;

/// <summary>Reads an answer of Prometheus's query API, without a document and without a string per sample.</summary>
internal ref struct PrometheusAnswerParser
{
    // Beyond the years 0001 to 9999 a time is an error, and no arithmetic on it is safe.
    private const double LatestSeconds = 253_402_300_799;
    private const double EarliestSeconds = -62_135_596_800;

    private readonly PrometheusAnswer answer = new();
    private readonly List<CounterSample> samples = [];
    private readonly HashSet<string> targets = new(StringComparer.Ordinal);
    private readonly ReadOnlySpan<byte> json;
    private Utf8JsonReader reader;

    private PrometheusAnswerParser(ReadOnlySpan<byte> json)
    {
        this.json = json;
        reader = new Utf8JsonReader(json);
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is not JSON, or broken off.</exception>
    /// <exception cref="AnswerShapeException">It is not of the promised shape.</exception>
    public static PrometheusAnswer Parse(ReadOnlySpan<byte> json)
    {
        var parser = new PrometheusAnswerParser(json);
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
        long resultStart = -1;
        while (NextProperty())
        {
            if (reader.ValueTextEquals("resultType"u8))
            {
                answer.ResultType = ReadText("resultType");
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                // Only a matrix is read, so its type must be known first; every server known to us sends it first.
                resultStart = reader.BytesConsumed;
                if (IsMatrix)
                    Matrix();
                else
                    reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        if (IsMatrix && resultStart < 0)
            throw new AnswerShapeException("it has no result");
        if (IsMatrix && answer.Series.Count == 0)
            ReadSkippedMatrix((int)resultStart);
    }

    private readonly bool IsMatrix => string.Equals(answer.ResultType, "matrix", StringComparison.Ordinal);

    private void ReadSkippedMatrix(int start)
    {
        var after = reader;
        var result = json[start..].TrimStart(" \t\r\n:"u8);
        reader = new Utf8JsonReader(result);
        Matrix();
        reader = after;
    }

    private void Matrix()
    {
        reader.Read();
        Expect(JsonTokenType.StartArray, "a matrix");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.StartObject, "a series");
            Series();
        }
    }

    private void Series()
    {
        var target = TargetIdentity.Unknown;
        bool hasMetric = false, hasValues = false;
        samples.Clear();
        while (NextProperty())
        {
            if (reader.ValueTextEquals("metric"u8))
            {
                hasMetric = true;
                target = Target();
            }
            else if (reader.ValueTextEquals("values"u8))
            {
                hasValues = true;
                Values();
            }
            else
            {
                answer.HasHistograms |= reader.ValueTextEquals("histograms"u8);
                reader.Skip();
            }
        }

        if (!hasMetric || (!hasValues && !answer.HasHistograms))
            throw new AnswerShapeException("a series has no metric or no values");

        answer.Series.Add(new CounterSeries(target, [.. samples]));
    }

    private string Target()
    {
        string? job = null, instance = null;
        reader.Read();
        Expect(JsonTokenType.StartObject, "the labels of a series");
        while (NextProperty())
        {
            if (reader.ValueTextEquals("job"u8))
                job = ReadText("a label");
            else if (reader.ValueTextEquals("instance"u8))
                instance = ReadText("a label");
            else
                reader.Skip();
        }

        // Many series are of one target: one text serves them all.
        var target = TargetIdentity.Of(job, instance);
        if (targets.TryGetValue(target, out var known))
            return known;

        targets.Add(target);
        return target;
    }

    private void Values()
    {
        reader.Read();
        Expect(JsonTokenType.StartArray, "the values of a series");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.StartArray, "a value");
            reader.Read();
            Expect(JsonTokenType.Number, "the time of a value");
            if (!reader.TryGetDouble(out var seconds) || !(seconds is >= EarliestSeconds and <= LatestSeconds))
                throw new AnswerShapeException("the time of a value is out of range");

            reader.Read();
            Expect(JsonTokenType.String, "a value as text");
            var sample = new CounterSample((long)Math.Round(seconds * 1000), Number());
            reader.Read();
            Expect(JsonTokenType.EndArray, "the end of a value");

            // A repeated or older sample adds nothing; what follows relies on the order.
            if (samples.Count == 0 || samples[^1].Time < sample.Time)
                samples.Add(sample);
        }
    }

    private readonly double Number()
    {
        var text = reader.ValueSpan;
        if (!reader.ValueIsEscaped && Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length && double.IsFinite(value))
            return value;

        return reader.GetString() switch
        {
            "NaN" => double.NaN,
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => throw new AnswerShapeException("a value is not a number"),
        };
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
