using System.Collections.Concurrent;
using Slipway.Build.Contexts;
using Slipway.Build.Operations;
using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Store;
using Slipway.Sandbox.Programs;

namespace Slipway.Build.Sources;

/// <summary>
/// Repositories, for contexts and for ADD. A reference is first turned into a commit, which costs one question; a commit that was checked out before is a layer of
/// the store and is not fetched again.
/// </summary>
public sealed class GitRepositories(ImageStore store, GitCredentials credentials, bool offline)
{
    private const int ShortestCommit = 4, WholeCommit = 40;

    private readonly ConcurrentDictionary<GitAddress, Lazy<Task<string>>> _commits = new();
    private readonly ConcurrentDictionary<GitAddress, Lazy<Task<SnapshotTree>>> _checkouts = new();

    /// <summary>The commit that the reference names now; offline, the one it named when it was asked the last time.</summary>
    /// <param name="address">What is wanted.</param>
    /// <param name="checksum">The commit it must be, or its beginning; null for any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DiagnosticException">There is no such reference, it is another commit, or the repository cannot be reached.</exception>
    public async Task<string> CommitAsync(GitAddress address, string? checksum, CancellationToken cancellationToken)
    {
        string commit = await _commits.GetOrAdd(address, a => new Lazy<Task<string>>(() => ResolveAsync(a, cancellationToken))).Value;
        return checksum is null || commit.StartsWith(checksum, StringComparison.Ordinal) ? commit : throw new DiagnosticException(
            "checksum-mismatch", $"{address.Shown} is at commit {commit}, not at {checksum}", "check the repository before changing the checksum");
    }

    /// <summary>The files of the commit.</summary>
    /// <exception cref="DiagnosticException">As <see cref="CommitAsync"/>.</exception>
    public async Task<SnapshotTree> CheckOutAsync(GitAddress address, string? checksum, CancellationToken cancellationToken)
    {
        string commit = await CommitAsync(address, checksum, cancellationToken);
        return await _checkouts.GetOrAdd(address, a => new Lazy<Task<SnapshotTree>>(() => OpenAsync(a, commit, cancellationToken))).Value;
    }

    /// <summary>Whether everything is here.</summary>
    public async Task<bool> IsHereAsync(GitAddress address, CancellationToken cancellationToken) =>
        (IsWhole(address.Reference) ? address.Reference : await RememberedAsync(address, cancellationToken)) is { } commit
        && await FindAsync(CheckoutKey(address, commit), cancellationToken) is not null;

    private async Task<string> ResolveAsync(GitAddress address, CancellationToken cancellationToken)
    {
        if (IsWhole(address.Reference))
        {
            return address.Reference!;
        }

        if (offline)
        {
            return await RememberedAsync(address, cancellationToken) ?? throw Missing(address);
        }

        string commit = await AskAsync(address, cancellationToken);
        KeyBuilder key = ReferenceKey(address);
        var record = new KeyRecord { Operation = $"git {address.Shown}#{address.Reference}", Parts = key.Parts, Values = new Dictionary<string, string> { ["commit"] = commit } };
        await store.Keys.PutAsync(key.ToDigest(), record, cancellationToken);
        return commit;
    }

    private async Task<string> AskAsync(GitAddress address, CancellationToken cancellationToken)
    {
        GitProgram git = await GitAsync(address, cancellationToken);
        string reference = address.Reference ?? "HEAD";
        string answer = await git.RunAsync(null, cancellationToken, "ls-remote", "--", address.Plain, reference, reference + "^{}");
        Dictionary<string, string> found = Lines(answer);

        // A branch comes before a tag of the same name, and what an annotated tag points at before the tag itself. Other matches only end alike.
        string[] wanted = [reference, $"refs/heads/{reference}", $"refs/tags/{reference}^{{}}", $"refs/tags/{reference}", $"refs/{reference}"];
        if (wanted.SelectMany(name => (string[])[name + "^{}", name]).FirstOrDefault(found.ContainsKey) is { } name)
        {
            return found[name];
        }

        return reference.Length is >= ShortestCommit and < WholeCommit && reference.All(char.IsAsciiHexDigitLower)
            && await AbbreviatedAsync(git, address, reference, cancellationToken) is { } commit
            ? commit : throw await NoSuchReferenceAsync(git, address, reference, cancellationToken);
    }

    // Servers tell references, not commits by their beginning: everything with a name has to come.
    private async Task<string?> AbbreviatedAsync(GitProgram git, GitAddress address, string reference, CancellationToken cancellationToken)
    {
        string folder = store.CreateTemporaryDirectory("git");
        try
        {
            await StartAsync(git, address, folder, cancellationToken);
            await FetchAllAsync(git, folder, cancellationToken);
            ProgramResult result = await git.TryAsync(folder, cancellationToken, "rev-parse", "--verify", "--quiet", reference + "^{commit}");
            return result.ExitCode == 0 ? result.Output.Trim() : null;
        }
        finally
        {
            DirectoryHandle.RemoveTreeAt(folder);
        }
    }

    private static async Task<DiagnosticException> NoSuchReferenceAsync(GitProgram git, GitAddress address, string reference, CancellationToken cancellationToken)
    {
        Dictionary<string, string> all = Lines(await git.RunAsync(null, cancellationToken, "ls-remote", "--heads", "--tags", "--", address.Plain));
        string[] names = [.. all.Keys.Where(name => !name.EndsWith("^{}", StringComparison.Ordinal)).Select(name => name.Split('/', 3)[^1])];
        return new DiagnosticException(
            "no-such-reference", $"{address.Shown} has no branch, tag or commit {reference}",
            Suggestion.Nearest(reference, names) is { } near ? $"did you mean {near}?"
                : names.Length > 0 ? $"it has {string.Join(", ", names.Take(10))}{(names.Length > 10 ? $" and {names.Length - 10} more" : "")}" : "it has no branches and no tags");
    }

    private async Task<SnapshotTree> OpenAsync(GitAddress address, string commit, CancellationToken cancellationToken)
    {
        KeyBuilder key = CheckoutKey(address, commit);
        Digest? layer = await FindAsync(key, cancellationToken);
        if (layer is null)
        {
            layer = offline ? throw Missing(address) : await FetchAsync(address, commit, cancellationToken);
            var record = new KeyRecord { Operation = $"checkout {address.Shown}", Parts = key.Parts, Layers = [layer.Value] };
            await store.Keys.PutAsync(key.ToDigest(), record, cancellationToken);
        }

        return await SnapshotTree.LoadAsync(store.Layers, [layer.Value], cancellationToken);
    }

    private async Task<Digest?> FindAsync(KeyBuilder key, CancellationToken cancellationToken) =>
        await store.Keys.GetAsync(key.ToDigest(), cancellationToken) is { Layers: [var layer] } && store.Layers.Exists(layer) ? layer : null;

    private async Task<Digest> FetchAsync(GitAddress address, string commit, CancellationToken cancellationToken)
    {
        GitProgram git = await GitAsync(address, cancellationToken);
        string folder = store.CreateTemporaryDirectory("git");
        try
        {
            await StartAsync(git, address, folder, cancellationToken);
            if (address.WithHistory)
            {
                await git.RunAsync(folder, cancellationToken, "fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*");
            }

            ProgramResult one = await git.TryAsync(folder, cancellationToken, ["fetch", "--quiet", .. address.WithHistory ? [] : (string[])["--depth=1"], "origin", commit]);
            if (one.ExitCode != 0)
            {
                await FetchAllAsync(git, folder, cancellationToken); // a server may refuse to give a commit by its name
            }

            await git.RunAsync(folder, cancellationToken, "checkout", "--quiet", "--detach", commit);
            if (address.Submodules)
            {
                await git.RunAsync(folder, cancellationToken, "submodule", "update", "--quiet", "--init", "--recursive", "--depth=1");
            }

            return await ToLayerAsync(folder, address.KeepGitDirectory, cancellationToken);
        }
        finally
        {
            DirectoryHandle.RemoveTreeAt(folder);
        }
    }

    private async Task<Digest> ToLayerAsync(string folder, bool keepGitDirectory, CancellationToken cancellationToken)
    {
        IgnoreMatcher? hidden = keepGitDirectory ? null : new IgnoreMatcher(["**/.git"]); // of submodules, too
        var files = new LocalContext(folder, hidden, StatCache.Load(folder + ".stat", folder, TimeProvider.System));
        return await LayoutWriter.WriteTreeAsync(store.Layers, files, cancellationToken);
    }

    private static async Task StartAsync(GitProgram git, GitAddress address, string folder, CancellationToken cancellationToken)
    {
        await git.RunAsync(null, cancellationToken, "init", "--quiet", folder);
        await git.RunAsync(folder, cancellationToken, "remote", "add", "origin", address.Plain);
    }

    private static Task<string> FetchAllAsync(GitProgram git, string folder, CancellationToken cancellationToken) =>
        git.RunAsync(folder, cancellationToken, "fetch", "--quiet", "origin", "+refs/*:refs/remotes/origin/*");

    private async Task<GitProgram> GitAsync(GitAddress address, CancellationToken cancellationToken) =>
        new(address, await credentials.VariablesAsync(address, cancellationToken));

    private async Task<string?> RememberedAsync(GitAddress address, CancellationToken cancellationToken) =>
        (await store.Keys.GetAsync(ReferenceKey(address).ToDigest(), cancellationToken))?.Values.GetValueOrDefault("commit");

    private static DiagnosticException Missing(GitAddress address) => new(
        "offline", $"the repository {address.Shown}{(address.Reference is { } r ? "#" + r : "")} is not here, and --offline forbids to fetch it", "build once without --offline");

    private static Dictionary<string, string> Lines(string answer) => answer
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Where(line => line.Length == 2)
        .GroupBy(line => line[1], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First()[0], StringComparer.Ordinal);

    private static bool IsWhole(string? reference) => reference is { Length: WholeCommit or 64 } && reference.All(char.IsAsciiHexDigitLower);

    private static KeyBuilder ReferenceKey(GitAddress address) => new KeyBuilder().Add("git reference", address.Reference).Add("remote", address.Shown);

    private static KeyBuilder CheckoutKey(GitAddress address, string commit) => new KeyBuilder()
        .Add("git checkout", commit).Add("remote", address.Shown).Add("directory", address.WithHistory ? "history" : address.KeepGitDirectory.ToString()).Add("submodules", address.Submodules.ToString());
}
