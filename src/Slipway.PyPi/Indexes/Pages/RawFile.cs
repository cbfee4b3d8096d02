namespace Slipway.PyPi.Indexes.Pages;

/// <summary>A file as a page says it, nothing of it believed yet.</summary>
internal sealed record RawFile
{
    /// <summary>Its name; null: the last part of the address.</summary>
    public string? FileName { get; init; }

    /// <summary>Its address, often relative to the page's.</summary>
    public required string Url { get; init; }

    /// <summary>Digests by their kinds' names.</summary>
    public IReadOnlyList<(string Kind, string Hex)> Hashes { get; init; } = [];

    public string? RequiresPython { get; init; }

    public long? Size { get; init; }

    public string? UploadTime { get; init; }

    /// <summary>Why it was yanked, perhaps empty; null: it was not.</summary>
    public string? Yanked { get; init; }

    /// <summary>Whether its metadata can be had alone (PEP 658).</summary>
    public bool HasMetadata { get; init; }

    /// <summary>Digests of them.</summary>
    public IReadOnlyList<(string Kind, string Hex)> MetadataHashes { get; init; } = [];
}

/// <summary>A page of an index as it was read.</summary>
internal sealed record RawPage
{
    /// <summary>The version of the interface that the page says; null: none.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>What addresses are relative to, where the page says it.</summary>
    public string? BaseUrl { get; init; }

    /// <summary><c>active</c>, <c>archived</c>, <c>deprecated</c>, <c>quarantined</c>; null: not said (PEP 792).</summary>
    public string? Status { get; init; }

    public string? StatusReason { get; init; }

    public IReadOnlyList<RawFile> Files { get; init; } = [];

    /// <summary>Whether it asks its reader to fill something in, as pages do that stand where an index should: a login, a proxy.</summary>
    public bool HasForm { get; init; }
}
