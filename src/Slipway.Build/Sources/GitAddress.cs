using Slipway.Dockerfile;
using Slipway.Foundation.Http;

namespace Slipway.Build.Sources;

/// <summary>What is wanted of a repository.</summary>
/// <param name="Remote">The address git understands.</param>
/// <param name="Reference">Branch, tag, commit or the beginning of one, or any reference such as <c>refs/pull/7/head</c>; null for the default branch.</param>
/// <param name="KeepGitDirectory">Whether <c>.git</c> is there too.</param>
/// <param name="Submodules">Whether submodules are there too.</param>
public sealed record GitAddress(string Remote, string? Reference, bool KeepGitDirectory, bool Submodules)
{
    /// <summary>Whether all branches and tags come with it, as programs want them that make versions of them; else the one commit.</summary>
    public bool WithHistory { get; init; }

    /// <summary>The remote as git is called with it: other users can read command lines, so a login for http is not in it.</summary>
    public string Plain { get; } = WithoutLogin(Remote).Plain;

    /// <summary><c>user:password</c> of the remote for http, decoded; null without one.</summary>
    internal string? Login { get; } = WithoutLogin(Remote).Login;

    /// <summary>The remote without a password.</summary>
    public string Shown { get; } = Uri.TryCreate(Remote, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length > 0 ? SafeAddress.Of(uri) : Remote;

    /// <param name="git">The address as written.</param>
    /// <param name="keepGitDirectory">What decides where the address does not.</param>
    public static GitAddress Of(GitReference git, bool keepGitDirectory) => new(
        git.Remote, git.Ref.Length > 0 ? git.Ref : null, git.KeepGitDir ?? keepGitDirectory, git.Submodules ?? true);

    private static (string Plain, string? Login) WithoutLogin(string remote)
    {
        int host = remote.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        if (!remote.StartsWith("http", StringComparison.OrdinalIgnoreCase) || host < "://".Length)
        {
            return (remote, null);
        }

        int end = remote.IndexOfAny(['/', '?', '#'], host) is >= 0 and var slash ? slash : remote.Length;
        int at = remote.LastIndexOf('@', end - 1, end - host);
        return at < 0 ? (remote, null) : (remote[..host] + remote[(at + 1)..], Uri.UnescapeDataString(remote[host..at]));
    }
}
