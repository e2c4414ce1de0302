using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using SloRollback.Prometheus.Http;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>Answers, whole and mutilated.</summary>
public sealed class PrometheusAnswerParserTests
{
    private const string Valid = """
        {"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"__name__":"http_requests_total","code":"500","instance":"10.0.0.1:80","job":"shop \u00e9"},"values":[[1700000000.123,"1"],[1700000015,"1e+06"],[1700000015,"9"],[1700000030.5,"NaN"],[1700000045,"+Inf"]]},
        {"metric":{},"values":[]}]},"warnings":["w"],"infos":["i"],"other":[{"a":[1,2]}]}
        """;

    [Fact]
    public void Times_values_targets_and_warnings_are_read()
    {
        var sink = new CollectedSeries();
        var answer = PrometheusAnswerParser.Parse(Encoding.UTF8.GetBytes(Valid), sink);
        Assert.Equal(["w", "i"], answer.Warnings);
        Assert.Equal(["shop é\u001f10.0.0.1:80", ""], sink.Series.Select(s => s.Target));
        Assert.Equal(
            [(1_700_000_000_123, 1), (1_700_000_015_000, 1e6), (1_700_000_030_500, double.NaN), (1_700_000_045_000, double.PositiveInfinity)],
            sink.Series[0].Samples.ToArray().Select(s => (s.Time, s.Value)));
    }

    [Fact]
    public void The_type_may_follow_the_result()
    {
        var sink = new CollectedSeries();
        PrometheusAnswerParser.Parse("""{"status":"success","data":{"result":[{"metric":{},"values":[[1,"2"]]}],"resultType":"matrix"}}"""u8, sink);
        Assert.Equal(2, Assert.Single(sink.Series).Samples[0].Value);
    }

    [Fact]
    public void What_is_not_utf8_is_an_answer_of_another_shape() =>
        Assert.Throws<AnswerShapeException>(() => PrometheusAnswerParser.Parse([.. "{\"status\":\""u8, 0xff, 0xfe, .. "\"}"u8], new CollectedSeries()));

    [Property(MaxTest = 3000)]
    public void A_mutilated_answer_is_read_or_refused_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var bytes = Encoding.UTF8.GetBytes(Valid).ToList();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, random.Next(bytes.Count - at)); break;
                case 2: bytes.InsertRange(at, bytes.Slice(0, random.Next(at + 1))); break;
                default: bytes.Insert(at, (byte)"{}[]\",:0-e\\"[random.Next(11)]); break;
            }

            if (bytes.Count == 0)
                break;
        }

        try
        {
            var answer = PrometheusAnswerParser.Parse([.. bytes], new CollectedSeries());
            Assert.NotEmpty(answer.Status);
        }
        catch (Exception e) when (e is JsonException or AnswerShapeException)
        {
            // Refused, as documented.
        }
    }
}
