using System.Text.Json;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Decodes an answer of Prometheus's query API as its bytes come in: no document, no string per value, nothing allocated per sample.
/// What it gives does not depend on how the bytes are cut, nor on the order of the properties; the kind of result is told by its
/// form, whenever its type is named.
/// </summary>
internal sealed class AnswerDecoder(ISeriesSink sink) : IDisposable
{
    private readonly PrometheusAnswer answer = new();
    private readonly ResultDecoder result = new(sink);
    private SkippedValue skipped;
    private bool hasResult;
    private JsonReaderState json;
    private Place place;
    private long decoded;

    /// <summary>What is about to be read.</summary>
    private enum Place
    {
        Start,
        Property,
        Status,
        ErrorType,
        Error,
        IsPartial,
        Warnings,
        Warning,
        Infos,
        Info,
        Other,
        Data,
        DataProperty,
        ResultType,
        Result,
        OtherOfData,
        End,
    }

    /// <summary>What was decoded so far; all of it after the last call of <see cref="Decode"/>.</summary>
    public PrometheusAnswer Answer => answer;

    /// <summary>Decodes as much as is whole of what follows the bytes decoded so far.</summary>
    /// <returns>The number of bytes decoded; the rest is to be given again, with more.</returns>
    /// <exception cref="AnswerShapeException">It is not JSON, broken off, or not of the promised shape.</exception>
    public int Decode(ReadOnlySpan<byte> data, bool isLast)
    {
        var start = 0;
        var reader = new Utf8JsonReader(data, isLast, json);
        try
        {
            while (IsAtLabels ? result.TryTakeLabels(ref reader, data[start..]) : reader.Read())
            {
                place = Take(ref reader);
                if (place != Place.Result)
                    continue;

                // Most of an answer are samples and series that follow others.
                var end = start + (int)reader.BytesConsumed;
                if (result.TakeFollowing(data[end..]) is var taken and > 0)
                {
                    start = end + taken;
                    reader = new Utf8JsonReader(data[start..], isLast, reader.CurrentState);
                }
            }
        }
        catch (JsonException)
        {
            throw new AnswerShapeException($"broken JSON near byte {decoded + start + reader.BytesConsumed}");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader says so of a string that is not UTF-8; token types are checked before.
            throw Shape.Unexpected("a text in it is not UTF-8");
        }

        if (isLast && answer.Status.Length == 0)
            throw Shape.Unexpected("it has no status");

        json = reader.CurrentState;
        var used = start + (int)reader.BytesConsumed;
        decoded += used;
        return used;
    }

    public void Dispose() => result.Dispose();

    private bool IsAtLabels => place == Place.Result && result.IsAtLabels;

    private Place Take(ref Utf8JsonReader reader)
    {
        switch (place)
        {
            case Place.Result:
                return TakeResult(ref reader);
            case Place.Start:
                Shape.Expect(ref reader, JsonTokenType.StartObject, "an object");
                return Place.Property;
            case Place.Property:
                return reader.TokenType == JsonTokenType.EndObject ? Place.End : Property(ref reader);
            case Place.DataProperty:
                return reader.TokenType == JsonTokenType.EndObject ? EndOfData() : DataProperty(ref reader);
            case Place.OtherOfData:
                return skipped.EndsWith(ref reader) ? Place.DataProperty : Place.OtherOfData;
            case Place.Other:
                return skipped.EndsWith(ref reader) ? Place.Property : Place.Other;
            case Place.Data or Place.Warnings or Place.Infos when reader.TokenType == JsonTokenType.Null:
                return Place.Property;
            case Place.Data:
                Shape.Expect(ref reader, JsonTokenType.StartObject, "data");
                return Place.DataProperty;
            case Place.Warnings:
                Shape.Expect(ref reader, JsonTokenType.StartArray, "an array of warnings");
                return Place.Warning;
            case Place.Infos:
                Shape.Expect(ref reader, JsonTokenType.StartArray, "an array of infos");
                return Place.Info;
            default:
                return TakeText(ref reader);
        }
    }

    private Place TakeText(ref Utf8JsonReader reader)
    {
        switch (place)
        {
            case Place.Warning or Place.Info when reader.TokenType == JsonTokenType.EndArray:
                return Place.Property;
            case Place.Warning:
                answer.AddWarning(Shape.Text(ref reader, "a warning"));
                return Place.Warning;
            case Place.Info:
                answer.AddInfo(Shape.Text(ref reader, "an info"));
                return Place.Info;
            case Place.Status:
                answer.Status = Shape.Text(ref reader, "status");
                return Place.Property;
            case Place.ErrorType:
                answer.ErrorType = Shape.Text(ref reader, "errorType");
                return Place.Property;
            case Place.Error:
                answer.Error = Shape.Text(ref reader, "error");
                return Place.Property;
            case Place.ResultType:
                answer.ResultType = Shape.Text(ref reader, "resultType");
                return Place.DataProperty;
            default:
                answer.IsPartial = reader.TokenType == JsonTokenType.True;
                return skipped.EndsWith(ref reader) ? Place.Property : Place.Other;
        }
    }

    private Place TakeResult(ref Utf8JsonReader reader)
    {
        if (!result.EndsWith(ref reader))
            return Place.Result;

        answer.SeriesCount = result.SeriesCount;
        answer.HasHistograms = result.HasHistograms;
        hasResult = true;
        return Place.DataProperty;
    }

    private Place EndOfData() => hasResult || answer.ResultType.Length == 0 ? Place.Property : throw Shape.Unexpected("it has no result");

    private static Place Property(ref Utf8JsonReader reader) => reader switch
    {
        _ when reader.ValueTextEquals("status"u8) => Place.Status,
        _ when reader.ValueTextEquals("data"u8) => Place.Data,
        _ when reader.ValueTextEquals("errorType"u8) => Place.ErrorType,
        _ when reader.ValueTextEquals("error"u8) => Place.Error,
        _ when reader.ValueTextEquals("warnings"u8) => Place.Warnings,
        _ when reader.ValueTextEquals("infos"u8) => Place.Infos,
        _ when reader.ValueTextEquals("isPartial"u8) => Place.IsPartial,
        _ => Place.Other,
    };

    private static Place DataProperty(ref Utf8JsonReader reader) => reader switch
    {
        _ when reader.ValueTextEquals("resultType"u8) => Place.ResultType,
        _ when reader.ValueTextEquals("result"u8) => Place.Result,
        _ => Place.OtherOfData,
    };
}
