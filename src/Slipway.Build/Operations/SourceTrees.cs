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
    /// <summary>
    /// Names everything the source could give, cheaply; null where only looking at the files can tell (the context).
    /// </summary>
    public async Task<string?> IdentityAsync(CopyItem item, StepOrigin origin, CancellationToken cancellationToken) => item.From switch
    {
        ContextSource => null,
        OperationSource stage => (await results(stage.Operation)).Chain.ToString(),
        InlineSource inline => Digest.Of(inline.File.Data).ToString(),
        HttpSource http => (await origin.LocateAsync(() => session.Sources.Downloads.FetchAsync(http.Url, item.Checksum, cancellationToken))).Digest.ToString(),
        GitSource git => await origin.LocateAsync(() => session.Sources.Repositories.CommitAsync(git.Address, item.Checksum, cancellationToken)),
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
                Sources.RemoteFile file = await origin.LocateAsync(() => session.Sources.Downloads.FetchAsync(http.Url, item.Checksum, cancellationToken));
                return (file.AsTree(session.Store.Blobs), file.Name);
            case GitSource git:
                return (await origin.LocateAsync(() => session.Sources.Repositories.CheckOutAsync(git.Address, item.Checksum, cancellationToken)), git.Subdirectory ?? "/");
            default:
                throw new InvalidOperationException($"{item.From.GetType().Name} has no files.");
        }
    }

    public IBuildContext Context(ContextSource source, StepOrigin origin) =>
        session.Contexts.TryGetValue(source.Name, out IBuildContext? context) ? context : throw origin.Error(
            "no-context", "this build has no context folder, because the recipe was read from standard input",
            "give a folder: slipway build -f - FOLDER");

    private static SingleFileTree Inline(InlineFile file)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(file.Data);
        return new SingleFileTree(file.Name, 0x1A4, bytes.Length, Digest.Of(bytes), () => new MemoryStream(bytes, writable: false));
    }
}
