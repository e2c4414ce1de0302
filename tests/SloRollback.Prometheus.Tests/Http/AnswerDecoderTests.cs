using System.Text;
using System.Text.Json.Nodes;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>Answers, whole, in pieces and mutilated.</summary>
public sealed class AnswerDecoderTests
{
    private const string Valid = """
        {"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"__name__":"http_requests_total","code":"500","instance":"10.0.0.1:80","job":"shop \u00e9 \"x\""},"values":[[1700000000.123,"1"],[1700000015,"1e+06"],[1700000015,"9"],[1700000030.5,"NaN"],[1700000045,"+Inf"], [ 1.7000000460e9 , "-Inf" ],[1700000047.1234,"-0.30000000000000004"]]},
        {"values":[[1,"2"],[2,"3"]],"metric":{"a":"}]\\"}},
        {"metric":{"h":"1"},"histograms":[[1,{"count":"3","sum":"4","buckets":[[0,"1","2","3"]]}]]},
        {"metric":{"plain":"\u0041"},"values":[[1,"1"]]},{"metric":{"plain":"é"},"values":[[1,"1"],[2,"2.5"]]},{"metric":{"plain":"c","x":"]}"},"values":[[3,"1"],[2,"2.5"]]},{"metric":{"plain":"d"},"value":[3,"4"]},{"metric":{"plain":"e"},"values":[[3,"NaN"]]},{"metric":{"plain":"f"},"values":[[3,"5"]]},
        {"metric":{},"values":[]}]},"warnings":["w"],"infos":["i"],"isPartial":false,"other":[{"a":[1,2,[]]},{}]}
        """;

    [Fact]
    public void Times_values_labels_and_warnings_are_read()
    {
        var decoded = DecodedAnswer.Of(Valid);
        Assert.Null(decoded.Problem);
        Assert.Equal(["w"], decoded.Answer.Warnings);
        Assert.Equal(["i"], decoded.Answer.Infos);
        Assert.True(decoded.Answer.HasHistograms);
        Assert.Equal("""{"a":"}]\\"}""", decoded.Series[1].Labels);
        Assert.Equal([new(1000, 2), new(2000, 3)], decoded.Series[1].Samples);
        Assert.Equal(
            [
                new(1_700_000_000_123, 1),
                new(1_700_000_015_000, 1e6),
                new(1_700_000_030_500, double.NaN),
                new(1_700_000_045_000, double.PositiveInfinity),
                new(1_700_000_046_000, double.NegativeInfinity),
                new(1_700_000_047_123, -0.30000000000000004),
            ],
            decoded.Series[0].Samples);
        Assert.Equal(("{}", 0), (decoded.Series[^1].Labels, decoded.Series[^1].Samples.Length));
        Assert.Equal(["1", "1 2.5", "1", "4", "NaN", "5"], decoded.Series[2..^1].Select(s => string.Join(' ', s.Samples.Select(p => p.Value))));
        Assert.Equal(9, decoded.Answer.SeriesCount);
    }

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.5,"2"]}]}}""")]
    [InlineData("""{"data":{"result":[{"value":[1.5,"2"],"metric":{"a":"b"}}],"resultType":"vector"},"status":"success"}""")]
    public void A_vector_is_a_sample_per_series(string json)
    {
        var decoded = DecodedAnswer.Of(json);
        Assert.Equal("vector", decoded.Answer.ResultType);
        var (labels, samples) = Assert.Single(decoded.Series);
        Assert.Equal("""{"a":"b"}""", labels);
        Assert.Equal([new Sample(1500, 2)], samples);
    }

    [Fact]
    public void A_scalar_is_a_series_without_labels()
    {
        var decoded = DecodedAnswer.Of("""{"status":"success","data":{"resultType":"scalar","result":[1.5,"2"]}}""");
        var (labels, samples) = Assert.Single(decoded.Series);
        Assert.Equal("{}", labels);
        Assert.Equal([new Sample(1500, 2)], samples);
    }

    [Fact]
    public void Series_with_the_same_labels_are_refused_by_name()
    {
        var decoded = DecodedAnswer.Of("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1,"2"]},{"metric":{"a":"b"},"value":[1,"2"]}]}}""");
        Assert.Contains("""{"a":"b"}""", decoded.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_utf8_is_refused()
    {
        byte[] bad = [0xff, 0xfe];
        Assert.NotNull(DecodedAnswer.Of([.. "{\"status\":\""u8, .. bad, .. "\"}"u8], 1).Problem);
        var start = """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":" """u8;
        Assert.NotNull(DecodedAnswer.Of([.. start, .. bad, .. "\"},\"value\":[1,\"2\"]}]}}"u8], 9).Problem);
    }

    [Fact]
    public void A_text_without_end_is_refused_before_it_fills_the_memory()
    {
        var decoded = DecodedAnswer.Of(Encoding.UTF8.GetBytes("{\"status\":\"" + new string('x', 3 << 20)), 1 << 16);
        Assert.Contains("more than", decoded.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_series_of_many_samples_are_all_there()
    {
        var text = new StringBuilder("""{"status":"success","data":{"resultType":"matrix","result":[""");
        for (var series = 0; series < 2000; series++)
        {
            text.Append(series == 0 ? "" : ",").Append("{\"metric\":{\"i\":\"").Append(series).Append("\"},\"values\":[");
            text.AppendJoin(',', Enumerable.Range(1, series).Select(i => $"[{i},\"{i * series}.5\"]")).Append("]}");
        }

        var decoded = DecodedAnswer.Of(Encoding.UTF8.GetBytes(text.Append("]}}").ToString()), 70_000, 3);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $$"""{"i":"{{i}}"}"""), decoded.Series.Select(s => s.Labels));
        Assert.All(decoded.Series.Index(), s => Assert.Equal(Enumerable.Range(1, s.Index).Select(i => new Sample(i * 1000, (i * s.Index) + 0.5)), s.Item.Samples));
    }

    [Fact]
    public void Wherever_the_bytes_are_cut_the_answer_is_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes(Valid);
        var whole = DecodedAnswer.Of(Valid).Summary;
        for (var first = 1; first <= bytes.Length; first++)
            Assert.Equal(whole, DecodedAnswer.Of(bytes, first, int.MaxValue).Summary);
        for (var size = 1; size <= 40; size++)
            Assert.Equal(whole, DecodedAnswer.Of(bytes, size).Summary);
    }

    [SeedProperty(MaxTest = 300)]
    public void The_order_of_properties_does_not_matter(int seed)
    {
        var random = new Random(seed);
        var shuffled = Shuffle(JsonNode.Parse(Valid)!, random)!.ToJsonString();
        Assert.Equal(Samples(DecodedAnswer.Of(Valid)), Samples(DecodedAnswer.Of(shuffled)));

        static IEnumerable<string> Samples(DecodedAnswer decoded) => decoded.Series.Select(s => string.Join(',', s.Samples));
    }

    [SeedProperty(MaxTest = 5000)]
    public void A_mutilated_answer_is_read_or_refused_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var bytes = Mutations.Of(Encoding.UTF8.GetBytes(Valid), random);
        var whole = DecodedAnswer.Of(bytes, int.MaxValue);
        Assert.Equal(whole.Problem is null, whole.Answer.Status.Length > 0);
        Assert.Equal(whole.Summary, DecodedAnswer.Of(bytes, random.Next(1, 50), random.Next(1, 500)).Summary);
    }

    private static JsonNode? Shuffle(JsonNode? node, Random random) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(_ => random.Next()).Select(p => KeyValuePair.Create(p.Key, Shuffle(p.Value, random)))),
        JsonArray a => new JsonArray([.. a.Select(n => Shuffle(n, random))]),
        _ => node?.DeepClone(),
    };
}
