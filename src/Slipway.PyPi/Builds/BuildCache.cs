using System.Text.Json;
using Slipway.Foundation.Hashing;
using Slipway.Packages.Archives;

namespace Slipway.PyPi.Builds;

/// <summary>
/// What came of builds, the folder <c>builds-v1</c> of the store:
/// <list type="bullet">
/// <item><c>&lt;2 hex&gt;/&lt;key&gt;/build.json</c>: what the backend asked for besides, by source, target, settings and what the project says that it needs; and, once it is there, its metadata.</item>
/// <item><c>&lt;2 hex&gt;/&lt;key&gt;/NAME.whl</c>, <c>build.log</c>: the wheel, by all that, the wheels that were there when it was built included, and what the build printed.</item>
/// </list>
/// </summary>
internal sealed class BuildCache(string root)
{
    private const string Log = "build.log", Notes = "build.json";

    internal string FolderOf(Digest key) => Path.Combine(root, key.Hex[..2], key.Hex);

    internal string LogOf(Digest key) => Path.Combine(FolderOf(key), Log);

    /// <summary>A lock on what is built; beside its folder.</summary>
    internal string LockOf(Digest key)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FolderOf(key))!);
        return FolderOf(key) + ".lock";
    }

    internal BuiltWheel? Find(Digest key)
    {
        string? path = Directory.Exists(FolderOf(key)) ? Directory.EnumerateFiles(FolderOf(key), "*.whl").FirstOrDefault() : null;
        if (path is null)
        {
            return null;
        }

        using FileStream file = File.OpenRead(path);
        return new BuiltWheel(Path.GetFileName(path), path, Digest.FromSha256(System.Security.Cryptography.SHA256.HashData(file)), LogOf(key));
    }

    /// <summary>Keeps a wheel: it is there as a whole or not at all.</summary>
    /// <param name="key">What it was built from.</param>
    /// <param name="path">A file on the same disk, which moves.</param>
    internal BuiltWheel Keep(Digest key, string path)
    {
        Directory.CreateDirectory(FolderOf(key));
        File.Move(path, Path.Combine(FolderOf(key), Path.GetFileName(path)), overwrite: true);
        return Find(key)!;
    }

    internal void KeepLog(Digest key, string text)
    {
        Directory.CreateDirectory(FolderOf(key));
        CacheFile.Write(LogOf(key), System.Text.Encoding.UTF8.GetBytes(text));
    }

    internal BuildNotes? ReadNotes(Digest key)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(FolderOf(key), Notes)), BuildJson.Default.BuildNotes);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal void Keep(Digest key, BuildNotes notes)
    {
        Directory.CreateDirectory(FolderOf(key));
        CacheFile.Write(Path.Combine(FolderOf(key), Notes), JsonSerializer.SerializeToUtf8Bytes(notes, BuildJson.Default.BuildNotes));
    }
}

/// <summary>What is known of a source without building it again.</summary>
/// <param name="StaticRequires">What its project file says that a build needs.</param>
/// <param name="Requires">What its backend wants besides; null: it was not asked.</param>
/// <param name="Metadata">The text of its metadata; null: not known.</param>
internal sealed record BuildNotes(IReadOnlyList<string> StaticRequires, IReadOnlyList<string>? Requires, string? Metadata);
