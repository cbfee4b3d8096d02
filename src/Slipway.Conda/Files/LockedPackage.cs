namespace Slipway.Conda.Files;

/// <summary>Who installs a locked package.</summary>
public enum PackageManager
{
    Conda,
    Pip,
}

/// <summary>One package file that a lock or an explicit list names.</summary>
public sealed record LockedPackage
{
    public required string Name { get; init; }

    /// <summary>As text: of both ecosystems.</summary>
    public required string Version { get; init; }

    /// <summary>The build, of conda packages when the file says it or its address does.</summary>
    public string? Build { get; init; }

    public PackageManager Manager { get; init; }

    /// <summary>The platform it is locked for, such as <c>linux-64</c>; empty in a list that does not say.</summary>
    public string Platform { get; init; } = "";

    /// <summary>Where the file is: an address, or a path.</summary>
    public required string Url { get; init; }

    /// <summary>32 hexadecimal digits, or null.</summary>
    public string? Md5 { get; init; }

    /// <summary>64 hexadecimal digits, or null.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Names and constraints of what it needs, in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Dependencies { get; init; } = [];

    /// <summary>The group it belongs to.</summary>
    public string Category { get; init; } = LockFile.MainCategory;

    /// <summary>Whether it is installed only when its group is asked for.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The last part of <see cref="Url"/>.</summary>
    public string FileName => Uri.UnescapeDataString(Url[(Url.LastIndexOf('/') + 1)..]);

    public override string ToString() => $"{Name}={Version}{(Build is null ? "" : "=" + Build)}";
}

/// <summary>A lock file: exact packages for each platform.</summary>
public sealed record LockFile
{
    /// <summary>The group of packages that are always installed.</summary>
    public const string MainCategory = "main";

    /// <summary>Platforms, in the order of the file.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>The channels the packages come from.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The files it was made from, as it names them.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Digests of what each platform was made from, by platform; whoever locked can see whether that changed.</summary>
    public IReadOnlyDictionary<string, string> ContentHashes { get; init; } = new Dictionary<string, string>();

    public required IReadOnlyList<LockedPackage> Packages { get; init; }

    /// <summary>The packages of one platform that are always installed, in the order of the file.</summary>
    public IEnumerable<LockedPackage> For(string platform) => Packages.Where(p => p.Platform == platform && !p.IsOptional && p.Category == MainCategory);
}
