using Slipway.Packages.Contents;

namespace Slipway.Packages.Entries;

/// <summary>A path of an environment, and where its bytes come from: what a layer or a directory is written from, whichever engine planned it.</summary>
public sealed record EnvironmentEntry
{
    /// <summary>Relative to the prefix, normal in the sense of layers.</summary>
    public required string Path { get; init; }

    public PackageMemberKind Kind { get; init; } = PackageMemberKind.File;

    /// <summary>The mode: 0755 or 0644 (docs/decisions/0062).</summary>
    public bool IsExecutable { get; init; }

    /// <summary>A symbolic link's text.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The bytes of a file as it will be.</summary>
    public long Size { get; init; }

    /// <summary>The sha256 digest of the file as it will be, in small hexadecimal digits, when known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The package that it belongs to, for messages and for telling whose it is: <c>numpy 1.24.2 (conda)</c>. Empty: the environment's own.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The bytes of a file that was made here; null for one from a package.</summary>
    public ReadOnlyMemory<byte>? Made { get; init; }

    /// <summary>Where the bytes are otherwise, with <see cref="Member"/>.</summary>
    public PackageContents? Contents { get; init; }

    /// <summary>The member of <see cref="Contents"/>.</summary>
    public PackageMember? Member { get; init; }

    /// <summary>How the member's bytes are changed; null: not at all.</summary>
    public EntryChange? Change { get; init; }

    /// <summary>Whether it must be a file of its own, never another name of one.</summary>
    public bool MustBeCopy { get; init; }

    /// <summary>Whether the bytes are those of the member.</summary>
    public bool IsUnchanged => Made is null && Change is null;

    /// <summary>A file whose bytes are made here.</summary>
    public static EnvironmentEntry Of(string path, byte[] bytes, bool isExecutable, string owner) => new()
    {
        Path = path,
        IsExecutable = isExecutable,
        Made = bytes,
        Size = bytes.Length,
        Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
        Owner = owner,
    };

    /// <summary>A symbolic link.</summary>
    public static EnvironmentEntry Link(string path, string target, string owner) =>
        new() { Path = path, Kind = PackageMemberKind.SymbolicLink, IsExecutable = true, LinkTarget = target, Owner = owner };

    /// <summary>The bytes of a file as it will be.</summary>
    public Stream Open()
    {
        if (Made is { } made)
        {
            return new MemoryStream(made.ToArray(), writable: false);
        }

        Stream content = Contents!.Open(Member!);
        return Change is null ? content : Change.Open(content);
    }
}

/// <summary>How the bytes of a file become others.</summary>
/// <param name="Identity">Two changes with one identity make the same of the same bytes.</param>
/// <param name="Open">Wraps the stream, and owns it.</param>
public sealed record EntryChange(string Identity, Func<Stream, Stream> Open);
