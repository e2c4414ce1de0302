using System.Globalization;
using System.Text;
using System.Text.Json;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>Answers that real servers gave (2.42, 2.53 and 3.5; each of them the same eleven questions), read against a naive reading.</summary>
public sealed class RecordedAnswersTests
{
    private static readonly string[] Answers = [.. new[] { "2.42", "2.53", "3.5" }.SelectMany(Read)];

    [Fact]
    public void They_are_read_as_a_document_is()
    {
        Assert.Equal(33, Answers.Length);
        foreach (var answer in Answers)
        {
            var decoded = DecodedAnswer.Of(answer);
            Assert.Null(decoded.Problem);
            Assert.Equal(Naive(answer), decoded.Series.SelectMany(s => s.Samples.Select(p => (s.Labels, p.Time, BitConverter.DoubleToInt64Bits(p.Value)))));
        }
    }

    [Fact]
    public void Errors_warnings_and_kinds_are_told()
    {
        var decoded = Answers.Select(DecodedAnswer.Of).ToArray();
        Assert.Equal(3, decoded.Count(d => d.Answer.ErrorType is "bad_data"));
        Assert.Equal(3, decoded.Count(d => d.Answer is { ErrorType: "execution", ResultType: "" }));
        Assert.Equal(4, decoded.Count(d => d.Answer.HasHistograms));
        Assert.Equal(2, decoded.Count(d => d.Answer.Warnings.Count > 0));
        Assert.Single(decoded, d => d.Answer.Infos.Count > 0);
        Assert.All(decoded, d => Assert.Null(PartialResponse.Find(d.Answer)));
        Assert.Contains(decoded, d => d.Series.Any(s => new LabelsJson(Encoding.UTF8.GetBytes(s.Labels)).Find("job"u8) == "pro\"me théus\\x"));
    }

    [Fact]
    public void Wherever_they_are_cut_they_are_the_same()
    {
        foreach (var answer in Answers)
        {
            var bytes = Encoding.UTF8.GetBytes(answer);
            var whole = DecodedAnswer.Of(answer).Summary;
            for (var first = 1; first < bytes.Length; first++)
                Assert.Equal(whole, DecodedAnswer.Of(bytes, first, int.MaxValue).Summary);

            Assert.Equal(whole, DecodedAnswer.Of(bytes, 1).Summary);
        }
    }

    [SeedProperty(MaxTest = 5000)]
    public void Mutilated_ones_are_read_or_refused_however_they_are_cut(int seed)
    {
        var random = new Random(seed);
        var bytes = Mutations.Of(Encoding.UTF8.GetBytes(Answers[random.Next(Answers.Length)]), random);
        var whole = DecodedAnswer.Of(bytes, int.MaxValue);
        Assert.Equal(whole.Summary, DecodedAnswer.Of(bytes, random.Next(1, 30), random.Next(1, 300)).Summary);
        if (whole.Problem is null)
            JsonDocument.Parse(bytes).Dispose();
    }

    private static IEnumerable<(string Labels, long Time, long Bits)> Naive(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        if (!document.RootElement.TryGetProperty("data", out var data))
            yield break;

        var result = data.GetProperty("result");
        var series = data.GetProperty("resultType").GetString() is "scalar" ? [("{}", result)] : result.EnumerateArray().SelectMany(Values).ToArray();
        foreach (var (labels, value) in series)
            yield return (labels, (long)Math.Round(value[0].GetDouble() * 1000), BitConverter.DoubleToInt64Bits(Number(value[1].GetString()!)));
    }

    private static IEnumerable<(string Labels, JsonElement Value)> Values(JsonElement series)
    {
        if (series.ValueKind != JsonValueKind.Object)
            yield break;

        var labels = series.GetProperty("metric").GetRawText();
        if (series.TryGetProperty("value", out var value))
            yield return (labels, value);
        if (!series.TryGetProperty("values", out var values))
            yield break;

        foreach (var one in values.EnumerateArray())
            yield return (labels, one);
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string[] Read(string version)
    {
        using var reader = new StreamReader(typeof(RecordedAnswersTests).Assembly.GetManifestResourceStream($"prometheus-{version}")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
