using System.Buffers;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Records;

/// <summary>What a channel says about one package file (CEP 34, 36, 44, 45, 47). Times are in UTC.</summary>
public sealed record PackageRecord
{
    public required string Name { get; init; }

    public required CondaVersion Version { get; init; }

    public required string Build { get; init; }

    public ulong BuildNumber { get; init; }

    /// <summary>The platform's folder in the channel: <c>linux-64</c>, <c>noarch</c>.</summary>
    public string Subdir { get; init; } = "";

    /// <summary>The name of the file, with its ending; empty for a virtual package.</summary>
    public string FileName { get; init; } = "";

    /// <summary>The channel's canonical name, as a match spec names it; empty when it came from no channel.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Where the file is; without the credentials of the channel. Empty when it came from no channel.</summary>
    public string Url { get; init; } = "";

    /// <summary>Match specs that must be met, as the channel wrote them.</summary>
    public IReadOnlyList<string> Depends { get; init; } = [];

    /// <summary>Match specs that must hold for what is there, without asking for it.</summary>
    public IReadOnlyList<string> Constrains { get; init; } = [];

    /// <summary>Further requirements of each optional group (CEP 44).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ExtraDepends { get; init; } = EmptyGroups;

    /// <summary>What a spec may select by (CEP 45).</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Features this package switches on; any of them makes it less wanted.</summary>
    public IReadOnlyList<string> TrackFeatures { get; init; } = [];

    /// <summary>The old <c>features</c> field, separated by spaces.</summary>
    public string Features { get; init; } = "";

    /// <summary>When it was built.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>When the channel first showed it (CEP 47).</summary>
    public DateTimeOffset? IndexedTimestamp { get; init; }

    public NoArchKind NoArch { get; init; }

    /// <summary>32 hexadecimal digits, or null.</summary>
    public string? Md5 { get; init; }

    /// <summary>64 hexadecimal digits, or null.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Bytes of the file, or null.</summary>
    public long? Size { get; init; }

    public string? License { get; init; }

    public string? LicenseFamily { get; init; }

    /// <summary>Of the same package as <c>.tar.bz2</c>.</summary>
    public string? LegacyBz2Md5 { get; init; }

    public long? LegacyBz2Size { get; init; }

    /// <summary>Only on records of <c>python</c>: where modules go, relative to the prefix (CEP 17).</summary>
    public string? PythonSitePackagesPath { get; init; }

    /// <summary>Package URLs of what this package carries, when the channel says.</summary>
    public IReadOnlyList<string> Purls { get; init; } = [];

    /// <summary>It stands for a property of the target (<c>__glibc</c>), not for a file.</summary>
    public bool IsVirtual => Name.StartsWith("__", StringComparison.Ordinal) && FileName.Length == 0;

    /// <summary>The names that the dependencies begin with (CEP 29), each behind a channel if one is named, in their order.</summary>
    public IEnumerable<string> DependencyNames => Depends.Select(NameOf);

    private static string NameOf(string spec)
    {
        ReadOnlySpan<char> text = spec.AsSpan(spec.LastIndexOf("::", StringComparison.Ordinal) is var at and >= 0 ? at + 2 : 0).Trim();
        int end = text.IndexOfAny(s_nameEnds);
        return (end < 0 ? text : text[..end]).ToString().ToLowerInvariant();
    }

    private static readonly SearchValues<char> s_nameEnds = SearchValues.Create(" =<>!~[;,@");

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> EmptyGroups { get; } = new Dictionary<string, IReadOnlyList<string>>();

    public override string ToString() => $"{Name}={Version}={Build}";
}
