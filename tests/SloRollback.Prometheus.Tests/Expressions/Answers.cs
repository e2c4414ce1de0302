using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;

namespace SloRollback.Prometheus.Tests.Expressions;

/// <summary>Series as an answer holds them.</summary>
internal static class Answers
{
    public static IReadOnlyCollection<LabelledSeries> Of(params ReadOnlySpan<(string Labels, (long Time, double Value)[] Samples)> series)
    {
        var sink = new LabelledSeries.Sink();
        foreach (var (labels, samples) in series)
            sink.Add(Json(labels), [.. samples.Select(s => new Sample(s.Time, s.Value))]);

        return sink.Series;
    }

    /// <summary>Labels written as <c>job=a,instance=b</c>.</summary>
    private static byte[] Json(string labels) => Encoding.UTF8.GetBytes(new JsonObject(
        labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=')).Select(l => KeyValuePair.Create(l[0], (JsonNode?)l[1])))
        .ToJsonString(JsonSerializerOptions.Default));
}
