using System.Text;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;

namespace Slipway.Build.Operations;

/// <summary>Opens the sources of COPY, ADD and bind mounts as file trees.</summary>
internal sealed class SourceTrees(BuildSession session, Func<Operation, Task<FileSystemState>> results)
{
    private readonly RemoteFiles _files = new(session);
    private readonly GitCheckouts _git = new(session);

    /// <summary>
    /// Names everything the source could give, cheaply; null where only looking at the files can tell (the context).
    /// </summary>
    public async Task<string?> IdentityAsync(CopyItem item, StepOrigin origin, CancellationToken cancellationToken) => item.From switch
    {
        ContextSource => null,
        OperationSource stage => (await results(stage.Operation)).Chain.ToString(),
        InlineSource inline => Digest.Of(inline.File.Data).ToString(),
        HttpSource http => (await _files.FetchAsync(http.Url, item.Checksum, origin, cancellationToken)).Digest.ToString(),
        GitSource git => await _git.CommitAsync(git, item.Checksum, origin, cancellationToken),
        _ => throw new InvalidOperationException($"{item.From.GetType().Name} has no files."),
    };

    /// <summary>The files.</summary>
    /// <returns>The tree, and the pattern to look for in it.</returns>
    public async Task<(IFileTree Tree, string Pattern)> OpenAsync(CopyItem item, StepOrigin origin, CancellationToken cancellationToken)
    {
        switch (item.From)
        {
            case ContextSource context:
                return (Context(context, origin), item.Pattern);
            case OperationSource stage:
                return (await session.TreeAsync(await results(stage.Operation), cancellationToken), item.Pattern);
            case InlineSource inline:
                return (Inline(inline.File), inline.File.Name);
            case HttpSource http:
                RemoteFile file = await _files.FetchAsync(http.Url, item.Checksum, origin, cancellationToken);
                return (file.AsTree(session.Store.Blobs), file.Name);
            case GitSource git:
                return (await _git.CheckOutAsync(git, item.Checksum, origin, cancellationToken), git.Subdirectory ?? "/");
            default:
                throw new InvalidOperationException($"{item.From.GetType().Name} has no files.");
        }
    }

    public LocalContext Context(ContextSource source, StepOrigin origin) =>
        session.Contexts.TryGetValue(source.Name, out LocalContext? context) ? context : throw origin.Error(
            "no-context", "this build has no context folder, because the recipe was read from standard input",
            "give a folder: slipway build -f - FOLDER");

    private static SingleFileTree Inline(InlineFile file)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(file.Data);
        return new SingleFileTree(file.Name, 0x1A4, bytes.Length, Digest.Of(bytes), () => new MemoryStream(bytes, writable: false));
    }
}
