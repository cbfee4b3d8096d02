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
    /// <summary>The remote without a password.</summary>
    public string Shown { get; } = Uri.TryCreate(Remote, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length > 0 ? SafeAddress.Of(uri) : Remote;

    /// <param name="git">The address as written.</param>
    /// <param name="keepGitDirectory">What decides where the address does not.</param>
    public static GitAddress Of(GitReference git, bool keepGitDirectory) => new(
        git.Remote, git.Ref.Length > 0 ? git.Ref : null, git.KeepGitDir ?? keepGitDirectory, git.Submodules ?? true);
}
