using Slipway.Build.Contexts;
using Slipway.Build.Sources;
using Slipway.Dockerfile;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images.Inputs;

/// <summary>A context before its ignore file is read.</summary>
/// <param name="Folder">The folder on disk, absolute; null when it came from elsewhere.</param>
/// <param name="Opened">What came from elsewhere; null for a folder, and when there is no context.</param>
internal sealed record ContextPlace(string? Folder, OpenedContext? Opened);

/// <summary>Finds out what the words of a command line mean as a context: a folder, a repository, an address, standard input.</summary>
internal sealed class ContextReader(ImageStore store, ContextOpener opener, Func<Stream> standardInput, TimeProvider clock)
{
    private const string Image = "docker-image://", Layout = "oci-layout://";

    /// <summary>Whether a named context is an image, which the planner resolves.</summary>
    public static bool IsImage(string value) =>
        value.StartsWith(Image, StringComparison.Ordinal) || value.StartsWith(Layout, StringComparison.Ordinal);

    /// <summary>Whether it is an address in the web.</summary>
    public static bool IsWeb(string value) =>
        value.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || value.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <param name="path">PATH, URL or <c>-</c>.</param>
    /// <param name="keepGitDirectory">BUILDKIT_CONTEXT_KEEP_GIT_DIR.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">It is none of them.</exception>
    public async Task<ContextPlace> OpenAsync(string path, bool keepGitDirectory, CancellationToken cancellationToken)
    {
        if (path == "-")
        {
            await using Stream input = standardInput();
            return new ContextPlace(null, await opener.OpenStreamAsync(input, "standard input", cancellationToken));
        }

        return await TryOpenRemoteAsync(path, keepGitDirectory, cancellationToken) is { } remote
            ? new ContextPlace(null, remote)
            : new ContextPlace(Folder(path, $"there is no folder {path}"), null);
    }

    /// <summary>A named context that is no image.</summary>
    public async Task<IBuildContext> OpenNamedAsync(string name, string value, CancellationToken cancellationToken)
    {
        if (await TryOpenRemoteAsync(value, keepGitDirectory: false, cancellationToken) is { } remote)
        {
            return remote.ToContext(await IgnoreFiles.ReadAsync(remote, null, cancellationToken));
        }

        string folder = Folder(value, $"--build-context {name}: there is no folder {value}");
        return Local(folder, IgnoreFiles.Read(folder, null));
    }

    public LocalContext Local(string folder, IgnoreMatcher? ignore) =>
        new(folder, ignore, StatCache.Load(Path.Combine(store.Root, "stat-v1"), folder, clock));

    private async Task<OpenedContext?> TryOpenRemoteAsync(string text, bool keepGitDirectory, CancellationToken cancellationToken)
    {
        if (ReadGit(text) is { } git && !(git.CouldBeLocal && Directory.Exists(text)))
        {
            git = git.CouldBeLocal ? git with { Remote = "https://" + git.Remote } : git;
            return await opener.OpenGitAsync(git, keepGitDirectory, cancellationToken);
        }

        if (!IsWeb(text))
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? url) ? await opener.OpenHttpAsync(url, cancellationToken)
            : throw new UsageException("bad-address", $"'{text}' is not an address", "write it as https://HOST/PATH");
    }

    // A repository of this machine is named as any other, by its address; ADD does not take that, since it would reach outside of the context.
    private static GitReference? ReadGit(string text)
    {
        const string Local = "file://", Stand = "git://";
        try
        {
            return !text.StartsWith(Local, StringComparison.Ordinal) ? GitReference.Parse(text)
                : GitReference.Parse(Stand + "local" + text[Local.Length..]) is { } git ? git with { Remote = Local + git.Remote[(Stand.Length + "local".Length)..], IsUnencrypted = false }
                : null;
        }
        catch (FormatException e)
        {
            throw new UsageException("bad-address", $"{text}: {e.Message}", "the options of a repository are ref, branch, tag, commit, subdir, submodules and keep-git-dir");
        }
    }

    private static string Folder(string path, string missing)
    {
        string folder = Path.GetFullPath(path);
        return Directory.Exists(folder) ? folder : throw new UsageException(
            "no-such-folder", File.Exists(folder) ? $"{path} is a file; the build context must be a folder" : missing,
            File.Exists(folder) ? $"build its folder: {CliContext.CalledName} build -f {path} {Path.GetDirectoryName(path) switch { null or "" => ".", var d => d }}; an archive is read from standard input: build - < {path}" : null);
    }
}
