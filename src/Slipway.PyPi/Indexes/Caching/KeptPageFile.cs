using System.Text;
using Slipway.PyPi.Indexes.Pages;

namespace Slipway.PyPi.Indexes.Caching;

/// <summary>
/// The form of a kept page on disk: a version, the fields in their order, texts with their length before them, and a mark at the end, since these files are not flushed.
/// </summary>
internal static class KeptPageFile
{
    private const uint Begin = 0x31504C53, End = 0x444E4550; // another Begin when the fields change
    private const int MostItems = 1 << 20;

    public static byte[] Write(KeptPage kept)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Begin);
            writer.Write(kept.Source);
            Write(writer, kept.EntityTag);
            writer.Write(kept.LastModified ?? -1);
            writer.Write(kept.FreshUntil);
            writer.Write(kept.Page is not null);
            if (kept.Page is { } page)
            {
                Write(writer, page.ApiVersion);
                Write(writer, page.Status);
                Write(writer, page.StatusReason);
                writer.Write7BitEncodedInt(page.Files.Count);
                foreach (RawFile file in page.Files)
                {
                    Write(writer, file);
                }
            }

            writer.Write7BitEncodedInt(kept.Hostile.Count);
            foreach (string name in kept.Hostile)
            {
                writer.Write(name);
            }

            writer.Write(End);
        }

        return stream.ToArray();
    }

    /// <summary>Reads it; null when it is broken, of another version, or of another address.</summary>
    public static KeptPage? TryRead(byte[] bytes, string source)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            if (bytes.Length < 8 || BitConverter.ToUInt32(bytes, bytes.Length - 4) != End || reader.ReadUInt32() != Begin || reader.ReadString() != source)
            {
                return null;
            }

            string? tag = Text(reader);
            long modified = reader.ReadInt64(), fresh = reader.ReadInt64();
            RawPage? page = null;
            if (reader.ReadBoolean())
            {
                page = new RawPage { ApiVersion = Text(reader), Status = Text(reader), StatusReason = Text(reader) };
                var files = new RawFile[Count(reader)];
                for (int i = 0; i < files.Length; i++)
                {
                    files[i] = File(reader);
                }

                page = page with { Files = files };
            }

            string[] hostile = new string[Count(reader)];
            for (int i = 0; i < hostile.Length; i++)
            {
                hostile[i] = reader.ReadString();
            }

            return new KeptPage { Source = source, EntityTag = tag, LastModified = modified < 0 ? null : modified, FreshUntil = fresh, Page = page, Hostile = hostile };
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static void Write(BinaryWriter writer, RawFile file)
    {
        writer.Write(file.FileName!);
        writer.Write(file.Url);
        Write(writer, file.Hashes);
        Write(writer, file.RequiresPython);
        writer.Write(file.Size ?? -1);
        Write(writer, file.UploadTime);
        Write(writer, file.Yanked);
        writer.Write(file.HasMetadata);
        Write(writer, file.MetadataHashes);
    }

    private static RawFile File(BinaryReader reader) => new()
    {
        FileName = reader.ReadString(),
        Url = reader.ReadString(),
        Hashes = Hashes(reader),
        RequiresPython = Text(reader),
        Size = reader.ReadInt64() is var size and >= 0 ? size : null,
        UploadTime = Text(reader),
        Yanked = Text(reader),
        HasMetadata = reader.ReadBoolean(),
        MetadataHashes = Hashes(reader),
    };

    private static void Write(BinaryWriter writer, IReadOnlyList<(string Kind, string Hex)> hashes)
    {
        writer.Write7BitEncodedInt(hashes.Count);
        foreach ((string kind, string hex) in hashes)
        {
            writer.Write(kind);
            writer.Write(hex);
        }
    }

    private static (string, string)[] Hashes(BinaryReader reader)
    {
        int count = Count(reader);
        var hashes = count == 0 ? [] : new (string, string)[count];
        for (int i = 0; i < count; i++)
        {
            hashes[i] = (reader.ReadString(), reader.ReadString());
        }

        return hashes;
    }

    private static void Write(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
        {
            writer.Write(text);
        }
    }

    private static string? Text(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    private static int Count(BinaryReader reader) => reader.Read7BitEncodedInt() is var count and >= 0 and <= MostItems ? count : throw new FormatException("more items than there can be");
}
