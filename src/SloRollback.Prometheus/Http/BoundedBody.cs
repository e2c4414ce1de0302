using System.Buffers;

namespace SloRollback.Prometheus.Http;

/// <summary>A response body read into rented memory, up to a limit.</summary>
internal sealed class BoundedBody : IDisposable
{
    private const int InitialBytes = 64 << 10;

    private byte[] buffer;
    private int length;

    private BoundedBody(int capacity) => buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Did the body end within the limit?</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Reads a body to its end, or until it is over the limit; at most twice the limit is ever held.</summary>
    public static async Task<BoundedBody> ReadAsync(HttpContent content, int maximumBytes, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedStream = stream.ConfigureAwait(false);
        var body = new BoundedBody(Math.Min(InitialBytes, maximumBytes));
        try
        {
            await body.FillAsync(stream, maximumBytes, cancellationToken).ConfigureAwait(false);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
    }

    private async Task FillAsync(Stream stream, int maximumBytes, CancellationToken cancellationToken)
    {
        while (length <= maximumBytes)
        {
            if (length == buffer.Length)
                Grow();

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                IsComplete = true;
                return;
            }

            length += read;
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(buffer.Length * 2));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
