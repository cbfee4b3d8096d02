using Slipway.Build.Contexts;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Bridging;

/// <summary>The lock beside an environment file of a Dockerfile: <c>environment.yml.lock</c>.</summary>
/// <param name="Of">The environment file's path in the build context.</param>
/// <param name="Before">What the lock said.</param>
/// <param name="Now">What it says now.</param>
public sealed record FileLock(string Of, EnvironmentLock Before, EnvironmentLock Now)
{
    private const string Suffix = ".lock";

    /// <summary>The lock's path in the build context.</summary>
    public string Path => NameFor(Of);

    /// <summary>What it says now, for <see cref="Path"/>.</summary>
    public string Text => LockWriter.Write(Now);

    /// <summary>Whether <see cref="Path"/> was there and holds <see cref="Text"/>.</summary>
    public bool IsWritten { get; init; }

    /// <summary>What the project's own lock says, from which a first lock takes its picks.</summary>
    public EnvironmentLock Project { get; private init; } = new([]);

    /// <summary>The lock's path for an environment file's.</summary>
    internal static string NameFor(string of) => of + Suffix;

    internal static async Task<FileLock> ReadAsync(IFileTree files, string of, Func<string, string> shown, CancellationToken cancellationToken)
    {
        SourceText? own = await FindAsync(NameFor(of)), project = await FindAsync(EnvironmentLock.FileName);
        EnvironmentLock before = own is null ? new EnvironmentLock([]) : LockReader.Read(own);
        return new FileLock(of, before, before) { Project = project is null ? new EnvironmentLock([]) : LockReader.Read(project), IsWritten = own is not null && own.Text == LockWriter.Write(before) };

        async Task<SourceText?> FindAsync(string path)
        {
            List<Diagnostic> problems = [];
            SourceText? found = await RepositoryReader.FindAsync(files, path, shown, problems, cancellationToken);
            return problems.Count == 0 ? found : throw new DiagnosticException(problems);
        }
    }
}
