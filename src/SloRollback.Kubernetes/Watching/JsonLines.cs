using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SloRollback.Kubernetes.Api;

namespace SloRollback.Kubernetes.Watching;

/// <summary>Reads one JSON document per line as they come. The last line of a broken stream is no document.</summary>
internal static class JsonLines
{
    /// <exception cref="ReadFailedException">A line is not JSON.</exception>
    public static async IAsyncEnumerable<JsonDocument> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
                var buffer = read.Buffer;
                while (Line(ref buffer) is { } line)
                {
                    if (Parse(line) is { } document)
                        yield return document;
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (!read.IsCompleted)
                    continue;
                if (!buffer.IsEmpty)
                    throw new IOException("the stream ended within an event");
                yield break;
            }
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static ReadOnlySequence<byte>? Line(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
            return null;

        var line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return line;
    }

    private static JsonDocument? Parse(ReadOnlySequence<byte> line)
    {
        if (line.IsEmpty)
            return null;

        try
        {
            // It lives in the pipe's buffer: until the next line is asked for.
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            throw new ReadFailedException(ApiFailure.NoAnswer("the API server sent an event that is not JSON"));
        }
    }
}
