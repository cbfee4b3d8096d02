namespace Slipway.Packages.Archives;

/// <summary>A file that a package comes in, as a channel, an index or a lock announces it: what it is called, where it is, and how to know that it is the right one.</summary>
public sealed record ArchiveSource
{
    /// <summary>What it is called where it comes from, with its ending; for messages only.</summary>
    public required string FileName { get; init; }

    /// <summary>Its address, without credentials: of http, https, <c>file:</c>, or an absolute path.</summary>
    public required string Url { get; init; }

    /// <summary>What it is kept as in the cache: <c>package.whl</c>. A plain name, from a short list, never from outside.</summary>
    public required string StoredName { get; init; }

    /// <summary>Its bytes; null when nobody says.</summary>
    public long? Size { get; init; }

    /// <summary>The digests that it must have. Where there is a strong one all strong ones count, else all of them do; none: whatever comes is taken.</summary>
    public IReadOnlyList<ArchiveHash> Hashes { get; init; } = [];

    /// <summary>Who says so, as a noun for messages: <c>channel</c>, <c>index</c>, <c>lock</c>.</summary>
    public string Announcer { get; init; } = "index";

    /// <summary>The sha256, in small hexadecimal digits, when it is announced.</summary>
    public string? Sha256 => Hashes.FirstOrDefault(hash => hash.Kind == ArchiveHashKind.Sha256)?.Hex;
}
