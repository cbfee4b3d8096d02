using Slipway.Foundation.Text;
using Slipway.Sandbox.Programs;

namespace Slipway.Build.Sources;

/// <summary>The machine's git, so called that nothing which a repository brings is run.</summary>
internal sealed class GitProgram(GitAddress address, IReadOnlyList<string> variables)
{
    private static readonly string[] s_safe = ["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "advice.detachedHead=false"];

    /// <summary>What git printed.</summary>
    /// <exception cref="DiagnosticException">It failed.</exception>
    public async Task<string> RunAsync(string? folder, CancellationToken cancellationToken, params string[] arguments)
    {
        ProgramResult result = await TryAsync(folder, cancellationToken, arguments);
        return result.ExitCode == 0 ? result.Output : throw new DiagnosticException(
            "git-failed", $"git {arguments[0]} of {address.Shown} failed: {Safe(result.Error).Trim()}",
            "check the address; a private repository needs --ssh default, --secret id=GIT_AUTH_TOKEN or a credential helper of git");
    }

    public Task<ProgramResult> TryAsync(string? folder, CancellationToken cancellationToken, params string[] arguments) =>
        TrustedProgram.RunAsync("git", [.. s_safe, .. arguments], folder, variables, cancellationToken);

    private string Safe(string text) => text.Replace(address.Plain, address.Shown, StringComparison.Ordinal);
}
