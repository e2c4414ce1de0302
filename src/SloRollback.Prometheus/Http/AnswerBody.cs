using System.Buffers;
using System.IO.Compression;

namespace SloRollback.Prometheus.Http;

/// <summary>The body of an answer, decoded while it comes in. Never more of it is held than a text or a series' labels need.</summary>
internal sealed class AnswerBody
{
    private const int InitialBytes = 64 << 10;
    private const int MaximumTokenBytes = 1 << 20;
    private const int HeadBytes = 320;

    private readonly byte[] head = new byte[HeadBytes];
    private int headLength;

    /// <summary>How much was read, decompressed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Its beginning, for a message.</summary>
    public ReadOnlySpan<byte> Head => head.AsSpan(0, headLength);

    /// <summary>Reads and decodes a body to its end, or until it is over the limit.</summary>
    /// <returns>Did it end within the limit?</returns>
    /// <exception cref="AnswerShapeException">It is not what was promised; then <see cref="Head"/> is complete.</exception>
    public async Task<bool> ReadAsync(HttpContent content, AnswerDecoder decoder, long maximumBytes, CancellationToken cancellationToken)
    {
        var raw = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedRaw = raw.ConfigureAwait(false);
        var stream = Decompressed(raw, content);
        await using var ownedStream = stream.ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
        try
        {
            var length = 0;
            while (true)
            {
                if (length == buffer.Length)
                    buffer = Grow(buffer);

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                Count(buffer.AsSpan(length, read));
                if (Bytes > maximumBytes)
                    return false;

                length += read;
                var used = await DecodeAsync(buffer.AsMemory(0, length), read == 0, decoder, stream, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    return true;

                buffer.AsSpan(used, length - used).CopyTo(buffer);
                length -= used;
            }
        }
        catch (InvalidDataException)
        {
            throw new AnswerShapeException("the body is not what its Content-Encoding says");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> DecodeAsync(ReadOnlyMemory<byte> data, bool isLast, AnswerDecoder decoder, Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return decoder.Decode(data.Span, isLast);
        }
        catch (AnswerShapeException) when (!isLast && headLength < HeadBytes)
        {
            await FillHeadAsync(stream, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What is shown of a body that is no answer should not depend on how it was cut.</summary>
    private async Task FillHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        int read;
        while (headLength < HeadBytes && (read = await stream.ReadAsync(head.AsMemory(headLength), cancellationToken).ConfigureAwait(false)) > 0)
            (headLength, Bytes) = (headLength + read, Bytes + read);
    }

    private void Count(ReadOnlySpan<byte> read)
    {
        Bytes += read.Length;
        var shown = Math.Min(read.Length, HeadBytes - headLength);
        read[..shown].CopyTo(head.AsSpan(headLength));
        headLength += shown;
    }

    private static byte[] Grow(byte[] buffer)
    {
        if (buffer.Length >= MaximumTokenBytes)
            throw Shape.Unexpected($"a text or the labels of a series have more than {MaximumTokenBytes} bytes");

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    // Done here and not by the host's handler, so that nothing needs to be configured there; where it is, there is nothing left to do.
    private static Stream Decompressed(Stream raw, HttpContent content) => content.Headers.ContentEncoding.LastOrDefault("identity") switch
    {
        "identity" when content.Headers.ContentEncoding.Count <= 1 => raw,
        "gzip" when content.Headers.ContentEncoding.Count == 1 => new GZipStream(raw, CompressionMode.Decompress),
        var other => throw new AnswerShapeException($"the body has a Content-Encoding that was not asked for: {Excerpt.Of(other)}"),
    };
}
