namespace Slipway.Dockerfile;

/// <summary>A git address as ADD and contexts take it: <c>url#ref:subdir</c> or with query options.</summary>
public sealed record GitReference
{
    /// <summary>The address without fragment and query.</summary>
    public required string Remote { get; init; }

    /// <summary>The last part of the path without <c>.git</c>.</summary>
    public required string ShortName { get; init; }

    /// <summary>Branch, tag or commit; empty for the default branch.</summary>
    public string Ref { get; init; } = "";

    public string Subdirectory { get; init; } = "";

    /// <summary>A commit or its beginning which the checkout must have.</summary>
    public string Checksum { get; init; } = "";

    public bool? Submodules { get; init; }

    public bool? KeepGitDir { get; init; }

    /// <summary><c>checkout</c>, <c>commit</c> or empty.</summary>
    public string ModificationTime { get; init; } = "";

    public bool FetchByCommit { get; init; }

    /// <summary>Neither encrypted nor signed on its way.</summary>
    public bool IsUnencrypted { get; init; }

    /// <summary>Written without scheme, so it could be a local path too.</summary>
    public bool CouldBeLocal { get; init; }

    /// <summary>Null when <paramref name="text"/> is no git address.</summary>
    /// <exception cref="FormatException">It is one, but its options are wrong.</exception>
    public static GitReference? Parse(string text) => throw new NotImplementedException();

    /// <summary>The address in the form <c>remote#ref:subdir</c>.</summary>
    public string Format(bool keepSubdirectory) => throw new NotImplementedException();
}
