using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Slipway.EndToEnd.Tests.Conda;

/// <summary>A channel in a folder, with packages that a test makes up.</summary>
internal sealed class TinyChannel(string folder)
{
    private readonly JsonObject records = [];

    public string Folder => folder;

    /// <summary>Adds a package of files: path and text.</summary>
    /// <param name="name">Its name; version 1.0, build 0.</param>
    /// <param name="files">What is in it; programs are in bin/. A path may be as hostile as a test wants.</param>
    /// <param name="platform">What the package says it is for.</param>
    /// <param name="placeholder">What stands for the prefix in all files, as in binaries.</param>
    /// <param name="depends">What it needs.</param>
    public async Task AddAsync(string name, IReadOnlyList<(string Path, string Text)> files, string platform = "linux-64", string? placeholder = null, params string[] depends)
    {
        var needs = new JsonArray([.. depends.Select(d => JsonValue.Create(d))]);
        var index = new JsonObject { ["name"] = name, ["version"] = "1.0", ["build"] = "0", ["build_number"] = 0, ["depends"] = needs, ["subdir"] = platform };
        var paths = new JsonArray();
        foreach (var (path, text) in files)
        {
            var entry = new JsonObject { ["_path"] = path, ["path_type"] = "hardlink", ["size_in_bytes"] = Encoding.UTF8.GetByteCount(text) };
            if (placeholder is not null)
            {
                entry["prefix_placeholder"] = placeholder;
                entry["file_mode"] = "binary";
            }

            paths.Add(entry);
        }

        var archive = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "linux-64")).FullName, $"{name}-1.0-0.tar");
        await using (var tar = new TarWriter(File.Create(archive), TarEntryFormat.Ustar))
        {
            Add(tar, "info/index.json", index.ToJsonString());
            Add(tar, "info/paths.json", new JsonObject { ["paths"] = paths, ["paths_version"] = 1 }.ToJsonString());
            foreach (var (path, text) in files)
            {
                Add(tar, path, text);
            }
        }

        (await new Command("bzip2", archive).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        index["subdir"] = "linux-64";
        index["sha256"] = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(archive + ".bz2", TestContext.Current.CancellationToken)));
        Add($"{name}-1.0-0.tar.bz2", index);
    }

    /// <summary>Adds a record alone.</summary>
    public void Add(string file, JsonObject record)
    {
        records[file] = record;
        Directory.CreateDirectory(Path.Combine(folder, "linux-64"));
        File.WriteAllText(Path.Combine(folder, "linux-64/repodata.json"), new JsonObject { ["packages"] = records.DeepClone() }.ToJsonString());
    }

    private static void Add(TarWriter tar, string path, string text) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
        {
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                | (path.StartsWith("bin/", StringComparison.Ordinal) ? UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : 0),
        });
}
