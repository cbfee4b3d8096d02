using Slipway.Images.Layers;

namespace Slipway.Images.Archives;

/// <summary>Writes an archive's members one after the other, with headers that are the same everywhere.</summary>
internal sealed class TarBlobWriter(Stream output)
{
    private const int BlockSize = 512;
    private static readonly byte[] Zeros = new byte[2 * BlockSize];
    private readonly TarHeaderWriter _headers = new(LayerWriterOptions.DefaultTimestamp);

    public Task WriteDirectoryAsync(string name, CancellationToken cancellationToken) =>
        WriteHeaderAsync(new LayerEntry { Path = name, Kind = LayerEntryKind.Directory, Mode = 0x1ED }, cancellationToken);

    public async Task WriteFileAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content);
        await WriteFileAsync(name, stream, content.Length, cancellationToken);
    }

    /// <exception cref="InvalidDataException">The stream has another length than <paramref name="size"/>.</exception>
    public async Task WriteFileAsync(string name, Stream content, long size, CancellationToken cancellationToken)
    {
        await WriteHeaderAsync(new LayerEntry { Path = name, Kind = LayerEntryKind.File, Mode = 0x1A4, Size = size }, cancellationToken);
        await WriteDataAsync(name, content, size, cancellationToken);
    }

    /// <summary>Any entry with its own time; its bytes follow with <see cref="WriteDataAsync"/>.</summary>
    public async Task WriteHeaderAsync(LayerEntry entry, long time, CancellationToken cancellationToken) =>
        await output.WriteAsync(_headers.Format(entry, time).ToArray(), cancellationToken);

    /// <summary>The bytes of a file after its header.</summary>
    public async Task WriteDataAsync(string name, Stream content, long size, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[256 * 1024];
        long written = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            written += read;
            if (written > size)
            {
                break;
            }

            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (written != size)
        {
            throw new InvalidDataException($"{name} in the store has another size than its manifest says.");
        }

        await output.WriteAsync(Zeros.AsMemory(0, (int)((BlockSize - (size % BlockSize)) % BlockSize)), cancellationToken);
    }

    public async Task EndAsync(CancellationToken cancellationToken) => await output.WriteAsync(Zeros, cancellationToken);

    private async Task WriteHeaderAsync(LayerEntry entry, CancellationToken cancellationToken) =>
        await output.WriteAsync(_headers.Format(entry).ToArray(), cancellationToken);
}
