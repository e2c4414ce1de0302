using System.Globalization;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;

namespace SloRollback.Benchmarks;

/// <summary>A matrix answer of 10 MB from a stream to its samples, against a document of it whose times and values are read.</summary>
[MemoryDiagnoser]
public class DecodingBenchmarks : ISeriesSink
{
    private const int Bytes = 10_000_000;
    private byte[] answer = null!;
    private double sum;

    /// <summary>Integer: counts. Fractional: seconds in full precision. Short: seconds with two decimals.</summary>
    [Params("integer", "fractional", "short")]
    public string Values { get; set; } = "";

    /// <summary>6: what is read raw at every step; 1,000: what is read for the history.</summary>
    [Params(6, 1_000)]
    public int SamplesPerSeries { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        var text = new StringBuilder("""{"status":"success","data":{"resultType":"matrix","result":[""");
        for (var series = 0; text.Length < Bytes; series++)
        {
            text.Append(series == 0 ? "" : ",");
            text.Append(CultureInfo.InvariantCulture, $"{{\"metric\":{{\"__name__\":\"http_requests_total\",\"code\":\"{series % 5}00\",\"instance\":\"10.0.{series / 250}.{series % 250}:8080\",\"job\":\"shop\"}},\"values\":[");
            var (time, value) = (1_700_000_000_000 + random.Next(15_000), random.NextDouble() * 1e6);
            for (var i = 0; i < SamplesPerSeries; i++, time += 15_000)
            {
                value += random.NextDouble() * 100;
                var written = Values switch
                {
                    "integer" => Math.Floor(value),
                    "short" => Math.Round(value, 2),
                    _ => value,
                };
                text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"[{time / 1000m:0.###},\"{written:R}\"]");
            }

            text.Append("]}");
        }

        answer = Encoding.UTF8.GetBytes(text.Append("]}}").ToString());
        var (ours, theirs) = (Streamed().GetAwaiter().GetResult(), Document().GetAwaiter().GetResult());
        if (BitConverter.DoubleToInt64Bits(ours) != BitConverter.DoubleToInt64Bits(theirs))
            throw new InvalidOperationException($"{ours:R} and {theirs:R} are not the same");
    }

    [Benchmark(Baseline = true)]
    public async Task<double> Streamed()
    {
        sum = 0;
        using var decoder = new AnswerDecoder(this);
        using var content = new StreamContent(new MemoryStream(answer));
        if (!await new AnswerBody().ReadAsync(content, decoder, int.MaxValue, CancellationToken.None))
            throw new InvalidOperationException("it is too large");

        return sum;
    }

    [Benchmark]
    public async Task<double> Document()
    {
        using var document = await JsonDocument.ParseAsync(new MemoryStream(answer));
        var total = 0.0;
        foreach (var series in document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            foreach (var sample in series.GetProperty("values").EnumerateArray())
            {
                total += Math.Round(sample[0].GetDouble() * 1000);
                total += double.Parse(sample[1].GetString()!, CultureInfo.InvariantCulture);
            }
        }

        return total;
    }

    void ISeriesSink.Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
    {
        foreach (var sample in samples)
        {
            sum += sample.Time;
            sum += sample.Value;
        }
    }
}
