using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Images.Compression;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Packages;

/// <summary>Makes packages, honest ones and others, in both formats.</summary>
internal sealed class PackageBuilder(string name, string version = "1.0", string build = "0")
{
    private readonly List<(string Name, char Type, string Link, byte[] Content, int Mode)> _members = [];
    private readonly JsonArray _paths = [];

    public string Subdir { get; init; } = "linux-64";

    public string? Noarch { get; init; }

    public IReadOnlyList<string> Depends { get; init; } = [];

    public IReadOnlyList<string> EntryPoints { get; init; } = [];

    public string? SitePackages { get; init; }

    /// <summary>Replaces what the package says of itself, by the name of the file in info/; null: the file is not there.</summary>
    public Dictionary<string, string?> Info { get; } = [];

    public string DistName => $"{name}-{version}-{build}";

    public PackageBuilder File(string path, string content, int mode = 0x1A4, string? placeholder = null, string fileMode = "text") =>
        File(path, Encoding.UTF8.GetBytes(content), mode, placeholder, fileMode);

    public PackageBuilder File(string path, byte[] content, int mode = 0x1A4, string? placeholder = null, string fileMode = "text")
    {
        var entry = new JsonObject { ["_path"] = path, ["path_type"] = "hardlink", ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)), ["size_in_bytes"] = content.Length };
        if (placeholder is not null)
        {
            entry["prefix_placeholder"] = placeholder;
            entry["file_mode"] = fileMode;
        }

        _paths.Add(entry);
        return Raw(path, '0', content: content, mode: mode);
    }

    public PackageBuilder Link(string path, string target)
    {
        _paths.Add(new JsonObject { ["_path"] = path, ["path_type"] = "softlink" });
        return Raw(path, '2', target);
    }

    public PackageBuilder HardLink(string path, string target)
    {
        _paths.Add(new JsonObject { ["_path"] = path, ["path_type"] = "hardlink" });
        return Raw(path, '1', target);
    }

    public PackageBuilder Directory(string path)
    {
        _paths.Add(new JsonObject { ["_path"] = path, ["path_type"] = "directory" });
        return Raw(path, '5');
    }

    /// <summary>A member that paths.json does not name.</summary>
    public PackageBuilder Raw(string path, char type, string link = "", byte[]? content = null, int mode = 0x1ED)
    {
        _members.Add((path, type, link, content ?? [], mode));
        return this;
    }

    /// <summary>What a channel would say of it.</summary>
    public PackageRecord Record(string ending = ".conda") => new()
    {
        Name = name, Version = CondaVersion.Parse(version), Build = build, Subdir = Subdir, FileName = DistName + ending, Depends = Depends, PythonSitePackagesPath = SitePackages,
        NoArch = Noarch switch { null => NoArchKind.None, "python" => NoArchKind.Python, _ => NoArchKind.Generic },
    };

    public async Task<string> CondaAsync(string folder, bool infoFirst = false, bool descriptors = false, bool zip64 = false, string metadata = """{"conda_pkg_format_version": 2}""")
    {
        byte[] info = await ZstdAsync(Tar(InfoMembers())), files = await ZstdAsync(Tar(_members));
        (string, byte[])[] tars = [($"pkg-{DistName}.tar.zst", files), ($"info-{DistName}.tar.zst", info)];
        string path = Path.Combine(folder, DistName + ".conda");
        await System.IO.File.WriteAllBytesAsync(path, Zip([("metadata.json", Encoding.UTF8.GetBytes(metadata)), .. infoFirst ? tars.Reverse() : tars], descriptors, zip64));
        return path;
    }

    public async Task<string> TarBz2Async(string folder, bool infoLast = false)
    {
        if (Tool.Find("bzip2") is null)
        {
            Assert.Skip("bzip2 is not installed");
        }

        string path = Path.Combine(folder, DistName + ".tar");
        await System.IO.File.WriteAllBytesAsync(path, Tar(infoLast ? [.. _members, .. InfoMembers()] : [.. InfoMembers(), .. _members]));
        await Tool.RunAsync("bzip2", ["-f", path], TestContext.Current.CancellationToken);
        return path + ".bz2";
    }

    public static byte[] Zip(IReadOnlyList<(string Name, byte[] Content)> members, bool descriptors = false, bool zip64 = false)
    {
        using var zip = new MemoryStream();
        using var directory = new MemoryStream();
        foreach ((string member, byte[] content) in members)
        {
            byte[] nameBytes = Encoding.UTF8.GetBytes(member), extra = zip64 ? [1, 0, 16, 0, .. BitConverter.GetBytes((long)content.Length), .. BitConverter.GetBytes((long)content.Length)] : [];
            uint crc = Crc(content), size = zip64 ? uint.MaxValue : (uint)content.Length;
            int offset = (int)zip.Length, flags = descriptors ? 8 : 0;
            byte[] common = [.. Words(zip64 ? 45 : 20, flags, 0, 0, 0x21), .. Longs(descriptors ? 0 : crc, descriptors ? 0 : size, descriptors ? 0 : size), .. Words(nameBytes.Length, descriptors ? 0 : extra.Length)];
            zip.Write([.. Longs(0x04034B50), .. common, .. nameBytes, .. descriptors ? [] : extra, .. content]);
            if (descriptors)
            {
                zip.Write([.. Longs(0x08074B50, crc, (uint)content.Length, (uint)content.Length)]);
            }

            directory.Write([.. Longs(0x02014B50), .. Words(20, zip64 ? 45 : 20, flags, 0, 0, 0x21), .. Longs(crc, size, size), .. Words(nameBytes.Length, extra.Length, 0, 0, 0),
                .. Longs(0, (uint)offset), .. nameBytes, .. extra]);
        }

        long start = zip.Length;
        zip.Write(directory.ToArray());
        if (zip64)
        {
            long end = zip.Length;
            zip.Write([.. Longs(0x06064B50), .. BitConverter.GetBytes(44L), .. Words(45, 45), .. Longs(0, 0), .. BitConverter.GetBytes((long)members.Count), .. BitConverter.GetBytes((long)members.Count),
                .. BitConverter.GetBytes(directory.Length), .. BitConverter.GetBytes(start)]);
            zip.Write([.. Longs(0x07064B50, 0), .. BitConverter.GetBytes(end), .. Longs(1)]);
        }

        zip.Write([.. Longs(0x06054B50), .. Words(0, 0, zip64 ? 0xFFFF : members.Count, zip64 ? 0xFFFF : members.Count), .. Longs(zip64 ? uint.MaxValue : (uint)directory.Length, zip64 ? uint.MaxValue : (uint)start), .. Words(0)]);
        return zip.ToArray();
    }

    public static async Task<byte[]> ZstdAsync(byte[] bytes)
    {
        using var output = new MemoryStream();
        await Compressor.CompressAsync(new MemoryStream(bytes), output, CompressionKind.Zstd, 1, TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    public static byte[] Tar(IReadOnlyList<(string Name, char Type, string Link, byte[] Content, int Mode)> members)
    {
        using var tar = new MemoryStream();
        foreach ((string path, char type, string link, byte[] content, int mode) in members)
        {
            byte[] header = new byte[512], bytes = Encoding.UTF8.GetBytes(path);
            if (bytes.Length > 100)
            {
                tar.Write(Tar([("././@LongLink", 'L', "", [.. bytes, 0], 0)]).AsSpan()[..^1024]);
            }

            bytes.AsSpan(0, Math.Min(100, bytes.Length)).CopyTo(header);
            Put(header, 100, Convert.ToString(mode, 8).PadLeft(7, '0'));
            Put(header, 108, "0001750");
            Put(header, 116, "0001750");
            Put(header, 124, Convert.ToString(content.Length, 8).PadLeft(11, '0'));
            Put(header, 136, "14000000000");
            header[156] = (byte)type;
            Put(header, 157, link);
            Put(header, 257, "ustar\u000000");
            Put(header, 148, "        ");
            Put(header, 148, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
            tar.Write(header);
            tar.Write(content);
            tar.Write(new byte[-content.Length & 511]);
        }

        tar.Write(new byte[1024]);
        return tar.ToArray();

        static void Put(byte[] header, int at, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, at);
    }

    private List<(string Name, char Type, string Link, byte[] Content, int Mode)> InfoMembers()
    {
        var index = new JsonObject { ["name"] = name, ["version"] = version, ["build"] = build, ["build_number"] = 0, ["subdir"] = Subdir, ["depends"] = new JsonArray([.. Depends.Select(d => (JsonNode)d)]) };
        if (Noarch is not null)
        {
            index["noarch"] = Noarch;
        }

        var files = new Dictionary<string, string?>
        {
            ["index.json"] = index.ToJsonString(),
            ["paths.json"] = new JsonObject { ["paths"] = _paths.DeepClone(), ["paths_version"] = 1 }.ToJsonString(),
            ["run_exports.json"] = "{\"weak\": [\"x\"]}",
        };
        if (Noarch == "python")
        {
            files["link.json"] = new JsonObject
            {
                ["noarch"] = new JsonObject { ["type"] = "python", ["entry_points"] = new JsonArray([.. EntryPoints.Select(e => (JsonNode)e)]) }, ["package_metadata_version"] = 1,
            }.ToJsonString();
        }

        foreach ((string file, string? content) in Info)
        {
            files[file] = content;
        }

        return [.. files.Where(pair => pair.Value is not null).Select(pair => ("info/" + pair.Key, '0', "", Encoding.UTF8.GetBytes(pair.Value!), 0x1A4))];
    }

    private static byte[] Words(params int[] values) => [.. values.SelectMany(value => BitConverter.GetBytes((ushort)value))];

    private static byte[] Longs(params uint[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }
}
