using System.Collections.Concurrent;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Sandbox.Programs;

namespace Slipway.Build.Operations;

/// <summary>Repositories of ADD, fetched with the machine's own git. A commit is named first (no clone when it is cached), then checked out.</summary>
internal sealed class GitCheckouts(BuildSession session)
{
    private readonly ConcurrentDictionary<GitSource, Lazy<Task<string>>> _commits = new();
    private readonly ConcurrentDictionary<GitSource, Lazy<Task<LocalContext>>> _checkouts = new();

    /// <summary>The commit that the reference names now.</summary>
    public async Task<string> CommitAsync(GitSource source, string? checksum, StepOrigin origin, CancellationToken cancellationToken)
    {
        string commit = await _commits.GetOrAdd(source, s => new Lazy<Task<string>>(() => ResolveAsync(s, origin, cancellationToken))).Value;
        return checksum is null || commit.StartsWith(checksum, StringComparison.Ordinal) ? commit : throw origin.Error(
            "checksum-mismatch", $"{source.Remote} is at commit {commit}, not at {checksum}", "check the repository before changing the checksum");
    }

    public async Task<LocalContext> CheckOutAsync(GitSource source, string? checksum, StepOrigin origin, CancellationToken cancellationToken)
    {
        string commit = await CommitAsync(source, checksum, origin, cancellationToken);
        return await _checkouts.GetOrAdd(source, s => new Lazy<Task<LocalContext>>(() => CloneAsync(s, commit, origin, cancellationToken))).Value;
    }

    private static async Task<string> ResolveAsync(GitSource source, StepOrigin origin, CancellationToken cancellationToken)
    {
        string reference = source.Reference ?? "HEAD";
        if (reference.Length == 40 && reference.All(char.IsAsciiHexDigitLower))
        {
            return reference;
        }

        string answer = await GitAsync(["ls-remote", "--", source.Remote, reference, reference + "^{}"], null, origin, cancellationToken);
        string[] lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string? best = lines.FirstOrDefault(l => l.EndsWith("^{}", StringComparison.Ordinal)) ?? lines.FirstOrDefault();
        return best?.Split('\t')[0] ?? throw origin.Error("no-such-reference", $"{source.Remote} has no branch, tag or commit {reference}", "check the part after #");
    }

    private async Task<LocalContext> CloneAsync(GitSource source, string commit, StepOrigin origin, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(session.Store.CreateTemporaryDirectory("git"), "checkout");
        await GitAsync(["init", "--quiet", folder], null, origin, cancellationToken);
        await GitAsync(["remote", "add", "origin", source.Remote], folder, origin, cancellationToken);
        try
        {
            await GitAsync(["fetch", "--quiet", "--depth=1", "origin", commit], folder, origin, cancellationToken);
        }
        catch (Slipway.Foundation.Text.DiagnosticException)
        {
            // Servers may refuse to give a commit by its name: fetch all that has a name.
            await GitAsync(["fetch", "--quiet", "origin", "+refs/*:refs/remotes/origin/*"], folder, origin, cancellationToken);
        }

        await GitAsync(["checkout", "--quiet", "--detach", commit], folder, origin, cancellationToken);
        await GitAsync(["submodule", "update", "--quiet", "--init", "--recursive", "--depth=1"], folder, origin, cancellationToken);
        if (!source.KeepGitDirectory)
        {
            Directory.Delete(Path.Combine(folder, ".git"), recursive: true);
        }

        return new LocalContext(folder, null, StatCache.Load(Path.Combine(session.Store.Root, "stat-v1"), folder, TimeProvider.System));
    }

    private static async Task<string> GitAsync(IReadOnlyList<string> arguments, string? folder, StepOrigin origin, CancellationToken cancellationToken)
    {
        // core.hooksPath: nothing that a repository brings is run here.
        IReadOnlyList<string> safe = ["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", .. arguments];
        ProgramResult result = await TrustedProgram.RunAsync("git", safe, folder, ["GIT_TERMINAL_PROMPT=0"], cancellationToken);
        return result.ExitCode == 0 ? result.Output : throw origin.Error(
            "git-failed", $"git {arguments[0]} failed: {result.Error.Trim()}", "check the address; a private repository needs an ssh agent or a credential helper of git");
    }
}
