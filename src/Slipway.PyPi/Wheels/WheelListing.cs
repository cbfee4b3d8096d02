using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Packages.Archives;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Wheels;

/// <summary>What was learned of a wheel when it was read and checked: enough to plan with it again without reading it. Kept beside its archive.</summary>
public sealed record WheelListing
{
    private const string Ending = ".dist-info";

    /// <summary>The folder with its metadata: <c>six-1.16.0.dist-info</c>.</summary>
    public required string DistInfo { get; init; }

    /// <summary>Whether what is at the archive's root goes to the folder of modules without native code.</summary>
    public bool IsPurelib { get; init; }

    /// <summary>Its files in the order of the archive.</summary>
    public required IReadOnlyList<WheelMember> Files { get; init; }

    /// <summary>The text of <c>entry_points.txt</c>; empty without one.</summary>
    public string EntryPoints { get; init; } = "";

    /// <summary>What was wrong with its RECORD and taken all the same (<c>--heal</c>).</summary>
    public IReadOnlyList<string> Healed { get; init; } = [];

    /// <summary>What its user should know besides.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary><c>six-1.16.0</c>: how its folders begin.</summary>
    [JsonIgnore]
    public string Stem => DistInfo[..^Ending.Length];

    /// <summary>Whether a name of a folder is <c>NAME-VERSION</c> with an ending, for this project and version however they are written.</summary>
    internal static bool IsOf(string folder, string ending, ProjectName project, PythonVersion version)
    {
        if (!folder.EndsWith(ending, StringComparison.Ordinal))
        {
            return false;
        }

        string stem = folder[..^ending.Length];
        int dash = stem.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && ProjectName.TryParse(stem[..dash], out ProjectName name) && name == project
            && PythonVersion.TryParse(stem[(dash + 1)..], out PythonVersion? written) && written == version;
    }

    /// <summary>Null when there is none that can be read.</summary>
    internal static WheelListing? Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, WheelJson.Default.WheelListing) is { DistInfo: not null, Files: not null } listing ? listing : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal void Write(string path) => CacheFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, WheelJson.Default.WheelListing));
}

/// <summary>A file of a wheel.</summary>
/// <param name="Path">Its path in the archive.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">Their digest, in small hexadecimal digits.</param>
/// <param name="IsExecutable">Whether the archive says that it may be executed.</param>
/// <param name="FirstLine">For a script that begins with <c>#!python</c>: how many bytes its first line takes, with the line feed. 0: it is none.</param>
public sealed record WheelMember(string Path, long Size, string Sha256, bool IsExecutable = false, int FirstLine = 0);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(WheelListing))]
internal sealed partial class WheelJson : JsonSerializerContext;
