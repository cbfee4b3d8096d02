using Slipway.Conda.Packages;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>A path of an environment, and where its bytes come from.</summary>
public sealed record LinkEntry
{
    /// <summary>Relative to the prefix, normal in the sense of layers.</summary>
    public required string Path { get; init; }

    public required PackageMemberKind Kind { get; init; }

    public bool IsExecutable { get; init; }

    /// <summary>A symbolic link's text.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>How the environment's record calls it (CEP 32, <c>path_type</c>).</summary>
    public string PathType { get; init; } = "hardlink";

    /// <summary>The bytes of a file that was made here; null for one from a package.</summary>
    public ReadOnlyMemory<byte>? Made { get; init; }

    /// <summary>The package it comes from, and the member there.</summary>
    public UnpackedPackage? Package { get; init; }

    public PackageMember? Member { get; init; }

    /// <summary>What the package says of the path.</summary>
    public PackagePath? Source { get; init; }

    /// <summary>How the bytes are changed; null: not at all.</summary>
    public Relocation? Relocation { get; init; }

    /// <summary>The bytes of a file as it will be; -1 for a relocated file that was not measured yet.</summary>
    public long Size { get; init; }

    /// <summary>The sha256 digest of the file as it will be, in hexadecimal digits, when known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The bytes of a file as it will be.</summary>
    public Stream Open() => ToEntry("").Open();

    /// <summary>The entry without what only conda knows of it: what layers and directories are written from.</summary>
    /// <param name="owner">The package, for messages.</param>
    public EnvironmentEntry ToEntry(string owner) => new()
    {
        Path = Path,
        Kind = Kind,
        IsExecutable = IsExecutable,
        LinkTarget = LinkTarget,
        Size = Size,
        Sha256 = Sha256,
        Owner = owner,
        Made = Made,
        Contents = Package?.Contents,
        Member = Member,
        Change = Relocation is null ? null : new EntryChange($"{Source?.Relocation} {Source?.Placeholder}", Relocation.Open),
        MustBeCopy = Source is { NoLink: true },
    };
}
