using System.IO.Compression;
using Slipway.Images.Compression;
using Slipway.Images.Layers;

namespace Slipway.PyPi.Indexes.Metadata;

/// <summary>Finds <c>PKG-INFO</c> in a source distribution: in the one folder at its top (source distribution format).</summary>
internal static class SourceMetadata
{
    private const string Name = "PKG-INFO";
    private const int LargestHead = 16 << 20;

    /// <summary>The bytes of the file; null: it has none.</summary>
    /// <exception cref="InvalidDataException">It cannot be unpacked.</exception>
    public static Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? ReadZip(path) : ReadTar(path, cancellationToken), cancellationToken);

    private static byte[]? ReadTar(string path, CancellationToken cancellationToken)
    {
        using var tar = new TarReader(Decompressor.Open(File.OpenRead(path), CompressionKind.Gzip));
        while (tar.Read(out TarMember? member))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (member.Kind == TarMemberKind.File && IsIt(member.Name) && member.Size <= LargestHead)
            {
                byte[] bytes = new byte[member.Size];
                using Stream data = tar.OpenData();
                data.ReadExactly(bytes);
                return bytes;
            }
        }

        return null;
    }

    private static byte[]? ReadZip(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        if (zip.Entries.FirstOrDefault(e => IsIt(e.FullName)) is not { Length: <= LargestHead } entry)
        {
            return null;
        }

        byte[] bytes = new byte[entry.Length];
        using Stream data = entry.Open();
        data.ReadExactly(bytes);
        return bytes;
    }

    private static bool IsIt(string path)
    {
        string plain = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        int slash = plain.IndexOf('/');
        return slash > 0 && plain.AsSpan(slash + 1).SequenceEqual(Name);
    }
}
