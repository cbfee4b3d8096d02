using System.Text.RegularExpressions;

namespace Slipway.Dockerfile;

/// <summary>A git address as ADD and contexts take it: <c>url#ref:subdir</c> or with query options.</summary>
public sealed partial record GitReference
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

    /// <summary>Written without scheme, so it could be a local path too; only contexts may be written so.</summary>
    public bool CouldBeLocal { get; init; }

    /// <summary>Null when <paramref name="text"/> is no git address.</summary>
    /// <exception cref="FormatException">It is one, but its options are wrong.</exception>
    public static GitReference? Parse(string text)
    {
        if (!IsGit(text, out string scheme))
        {
            return null;
        }

        (string address, string fragment) = Cut(text, '#');
        (string remote, string query) = Cut(address, '?');
        if (scheme is "http" or "https" && !remote.EndsWith(".git", StringComparison.Ordinal))
        {
            return null; // an ordinary download
        }

        (string reference, string subdirectory) = Cut(fragment, ':');
        string name = remote[(remote.LastIndexOfAny(['/', ':']) + 1)..];
        var result = new GitReference
        {
            Remote = remote,
            ShortName = name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name,
            Ref = reference,
            Subdirectory = subdirectory,
            IsUnencrypted = scheme is "http" or "git",
            CouldBeLocal = scheme.Length == 0,
        };
        return query.Length == 0 ? result : new GitReferenceQuery(result).Apply(query);
    }

    /// <summary>The address in the form <c>remote#ref:subdir</c>.</summary>
    public string Format(bool keepSubdirectory)
    {
        string subdirectory = keepSubdirectory ? Subdirectory.TrimStart('/') : "";
        string fragment = subdirectory.Length > 0 ? $"{Ref}:{subdirectory}" : Ref;
        return fragment.Length > 0 ? $"{Remote}#{fragment}" : Remote;
    }

    private static bool IsGit(string text, out string scheme)
    {
        scheme = "";
        if (text.StartsWith("github.com/", StringComparison.Ordinal))
        {
            return true;
        }

        Match match = Scheme().Match(text);
        scheme = match.Success ? match.Groups[1].Value : "ssh";
        return match.Success || SecureCopy().IsMatch(text);
    }

    private static (string Before, string After) Cut(string text, char separator)
    {
        int index = text.IndexOf(separator, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }

    [GeneratedRegex("^(https?|ssh|git)://[^/?#]", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    /// <summary>The form <c>user@host:path</c>.</summary>
    [GeneratedRegex("^[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:[^/#?]", RegexOptions.CultureInvariant)]
    private static partial Regex SecureCopy();
}
