using System.Text;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;

namespace SloRollback.Prometheus.Tests.Support;

/// <summary>What the client's decoder makes of a body that comes in pieces.</summary>
internal sealed class DecodedAnswer : ISeriesSink
{
    public PrometheusAnswer Answer { get; private set; } = new();

    /// <summary>Why it was refused, or <see langword="null"/>.</summary>
    public string? Problem { get; private set; }

    public List<(string Labels, Sample[] Samples)> Series { get; } = [];

    /// <summary>Everything but the words of a refusal, as one text.</summary>
    public string Summary => Problem is null
        ? $"{Answer.Status} {Answer.ErrorType} {Answer.Error} {Answer.ResultType} {Answer.SeriesCount} {Answer.HasHistograms} {Answer.IsPartial} "
            + $"{string.Join('|', Answer.Warnings)} {string.Join('|', Answer.Infos)} "
            + string.Join('\n', Series.Select(s => s.Labels + string.Concat(s.Samples.Select(p => $" {p.Time}:{BitConverter.DoubleToInt64Bits(p.Value)}"))))
        : "refused";

    public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
    {
        foreach (var label in new LabelsJson(labels))
            Assert.True(label.Name.Length + label.Value.Length <= labels.Length);

        Series.Add((Encoding.UTF8.GetString(labels), samples.ToArray()));
    }

    public static DecodedAnswer Of(string body) => Of(Encoding.UTF8.GetBytes(body), int.MaxValue);

    /// <param name="body">The bytes.</param>
    /// <param name="cuts">How many of them come at once, in turn.</param>
    public static DecodedAnswer Of(byte[] body, params int[] cuts)
    {
        var result = new DecodedAnswer();
        using var decoder = new AnswerDecoder(result);
        using var content = new StreamContent(new CutStream(body, cuts));
        try
        {
            var reading = new AnswerBody().ReadAsync(content, decoder, 1 << 26, CancellationToken.None);
            Assert.True(reading.IsCompleted);
            Assert.True(reading.GetAwaiter().GetResult());
            result.Answer = decoder.Answer;
        }
        catch (AnswerShapeException e)
        {
            result.Problem = e.Message;
        }

        return result;
    }

    private sealed class CutStream(byte[] bytes, int[] cuts) : MemoryStream(bytes)
    {
        private int reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(buffer.Length, cuts[reads++ % cuts.Length])]));
    }
}
