using System.Text.Json;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Watching;

/// <summary>What a watch brings.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Object">The object; of a bookmark only its version counts.</param>
/// <param name="Version">What is known with it.</param>
internal readonly record struct WatchEvent(WatchEventKind Kind, JsonElement Object, string Version)
{
    /// <exception cref="ReadFailedException">It is an error, or no event.</exception>
    public static WatchEvent Of(JsonElement line)
    {
        WatchEventKind? kind = line.Text("type") switch
        {
            "ADDED" or "MODIFIED" => WatchEventKind.Changed,
            "DELETED" => WatchEventKind.Deleted,
            "BOOKMARK" => WatchEventKind.Bookmark,
            _ => null,
        };
        if (kind is { } known && line.At("object") is { } item && item.Text("metadata", "resourceVersion") is { Length: > 0 } version
            && (known == WatchEventKind.Bookmark || item.Text("metadata", "name") is { Length: > 0 }))
        {
            return new WatchEvent(known, item, version);
        }

        // A watch whose version has expired answers 200, and then this.
        if (line.Text("type") == "ERROR" && line.At("object") is { } status)
            throw new ReadFailedException(ApiFailure.Of((int)(status.Number("code") ?? 0), status.GetRawText()));
        throw new ReadFailedException(ApiFailure.NoAnswer("the API server sent an event that cannot be read"));
    }
}
