using Slipway.Build.Contexts;
using Slipway.Build.Sources;
using Slipway.PyPi.Builds;

namespace Slipway.Environments.Builds;

/// <summary>Repositories of sources as those of build contexts: each commit is a layer of the store.</summary>
/// <param name="repositories">The repositories; asked for when the first is needed.</param>
public sealed class GitSources(Func<GitRepositories> repositories) : ISourceRepositories
{
    /// <inheritdoc/>
    public Task<string> CommitAsync(RepositoryAddress address, CancellationToken cancellationToken) => repositories().CommitAsync(Of(address, address.Revision), null, cancellationToken);

    /// <inheritdoc/>
    public async Task CheckOutAsync(RepositoryAddress address, string commit, string folder, CancellationToken cancellationToken)
    {
        SnapshotTree tree = await repositories().CheckOutAsync(Of(address, commit), null, cancellationToken);
        await new ProjectTree(tree, "").CopyAsync(folder, cancellationToken);
    }

    private static GitAddress Of(RepositoryAddress address, string? revision) => new(address.Url, revision, KeepGitDirectory: true, Submodules: true) { WithHistory = true };
}
