using Slipway.Build.Cache;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Dockerfile;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.Sandbox.Users;

namespace Slipway.Build.Operations;

/// <summary>Carries out COPY and ADD: decides the entries of the layer, then streams them into it.</summary>
internal sealed class CopyExecutor(BuildSession session, Func<Operation, Task<FileSystemState>> results)
{
    private readonly SourceTrees _sources = new(session, results);
    private readonly Archives _archives = new(session);

    public async Task<StepKey> KeyAsync(
        CopyOperation operation, FileSystemState parent, string slot, KeyBuilder start, StepId step, CancellationToken cancellationToken)
    {
        operation.Describe(start);
        KeyBuilder quick = Again(start).Add("parent", operation.Copy.Link ? null : parent.Chain.ToString());
        bool fromContext = false;
        foreach (CopyItem item in operation.Copy.Items)
        {
            string? identity = await _sources.IdentityAsync(item, operation.Origin, cancellationToken);
            quick.Add("source.content", identity);
            fromContext |= identity is null;
        }

        if (fromContext)
        {
            // What the context gives, wherever it goes: the file system below is not looked at for a build that changes nothing.
            IReadOnlyList<PlacedEntry> selected = await LayOutAsync(operation, EmptyTree.Instance, null, step, cancellationToken);
            quick.Add("files", LayoutWriter.DigestOf(await LayoutWriter.WithDigestsAsync(selected, cancellationToken)).ToString());
        }

        return new StepKey(slot, quick, async token =>
        {
            IReadOnlyList<PlacedEntry> entries = await EntriesAsync(operation, parent, step, token);
            return Again(new KeyBuilder().Add("rules", start.Parts[0].Value).Add("timestamp", start.Parts[1].Value))
                .Add("layer", LayoutWriter.DigestOf(entries).ToString());
        });
    }

    public async Task<StepResult> ExecuteAsync(
        CopyOperation operation, FileSystemState parent, StepId step, CancellationToken cancellationToken)
    {
        IReadOnlyList<PlacedEntry> entries = await EntriesAsync(operation, parent, step, cancellationToken);
        if (entries.Count == 0)
        {
            return new StepResult(null);
        }

        await session.Store.RequireSpaceAsync(entries.Where(e => e.HasContent).Sum(e => e.Entry.Size), "the layer", cancellationToken);
        Layer layer = await LayoutWriter.WriteAsync(session.Store.Layers, entries, session.LayerOptions, cancellationToken);
        return new StepResult(layer.DiffId);
    }

    /// <summary>Where --from=stage or the context gives a bind mount its files: a layer made as COPY into nothing would make it.</summary>
    public async Task<Digest> ContextLayerAsync(ContextSource context, string path, StepOrigin origin, CancellationToken cancellationToken)
    {
        var layout = new CopyLayout(EmptyTree.Instance, null, null);
        IBuildContext tree = _sources.Context(context, origin);
        IReadOnlyList<SourceMatch> matches = await SourceMatcher.MatchAsync(tree, path, anyDepth: false, cancellationToken);
        SourceMatch match = matches.Count > 0 ? matches[0] : throw await MissingSource.ErrorAsync(tree, path, "the build context", origin, cancellationToken);
        if (match.Node.Kind == FileKind.Directory)
        {
            await layout.PlaceContentAsync(tree, match.Node.Path, match.Path, _ => false, cancellationToken);
        }
        else
        {
            await layout.PlaceAsync(tree, match.Node, match.Path, cancellationToken);
        }

        IReadOnlyList<PlacedEntry> entries = await LayoutWriter.WithDigestsAsync(layout.Finish(), cancellationToken);
        KeyBuilder key = new KeyBuilder().Add("bind", LayoutWriter.DigestOf(entries).ToString()).Add("timestamp", session.Settings.Timestamp.ToString());
        var stepKey = new StepKey("bind mount", key, null, IsLocal: true);
        CacheAnswer known = await session.Steps.FindAsync(stepKey, mayUse: true, explain: false, cancellationToken);
        if (known.Result?.Layer is { } layer)
        {
            return layer;
        }

        Layer written = await LayoutWriter.WriteAsync(session.Store.Layers, entries, session.LayerOptions, cancellationToken);
        await session.Steps.PutAsync(stepKey.Slot, known.Keys, new StepResult(written.DiffId), cancellationToken);
        return written.DiffId;
    }

    private async Task<IReadOnlyList<PlacedEntry>> EntriesAsync(
        CopyOperation operation, FileSystemState parent, StepId step, CancellationToken cancellationToken)
    {
        bool link = operation.Copy.Link && operation.Copy.Mode is null; // --link is ignored with --chmod (dockerfile.md A2)
        SnapshotTree? snapshot = link && operation.Copy.Owner is null ? null : await session.TreeAsync(parent, cancellationToken);
        IFileTree below = link ? EmptyTree.Instance : snapshot!;
        Ownership? owner = operation.Copy.Owner is { } spec
            ? await Owners.OfChownAsync(spec, snapshot!, operation.Origin, cancellationToken) : null;
        IReadOnlyList<PlacedEntry> entries = await LayOutAsync(operation, below, owner, step, cancellationToken);
        return await LayoutWriter.WithDigestsAsync(entries, cancellationToken);
    }

    private async Task<IReadOnlyList<PlacedEntry>> LayOutAsync(
        CopyOperation operation, IFileTree below, Ownership? owner, StepId step, CancellationToken cancellationToken)
    {
        CopyDefinition copy = operation.Copy;
        var layout = new CopyLayout(below, owner, copy.Mode is { } mode ? ChmodSpec.Parse(mode) : null);
        var excluded = new IgnoreMatcher(copy.Exclude);
        string destination = await layout.ResolveAsync(copy.Destination, cancellationToken);
        try
        {
            foreach (CopyItem item in copy.Items)
            {
                (IFileTree tree, string pattern) = await _sources.OpenAsync(item, operation.Origin, cancellationToken);
                IReadOnlyList<SourceMatch> matches = await SourceMatcher.MatchAsync(tree, WithoutPivot(pattern), copy.Parents, cancellationToken);
                if (matches.Count == 0)
                {
                    await NothingFoundAsync(operation, item, tree, pattern, step, cancellationToken);
                }

                if (matches.Count(m => m.Node.Kind != FileKind.Directory) > 1 && !copy.Destination.EndsWith('/')
                    && !copy.Parents && !await layout.IsDirectoryAsync(destination, cancellationToken) && below is not EmptyTree)
                {
                    throw operation.Origin.Error(
                        "destination-not-directory", $"'{item.Pattern}' names {matches.Count} files, and {copy.Destination} is not a directory",
                        $"write {copy.Destination}/");
                }

                foreach (SourceMatch match in matches)
                {
                    await PlaceAsync(operation, layout, tree, pattern, match, destination, excluded, item, cancellationToken);
                }
            }
        }
        catch (IOException e) when (e is not LinuxException && !DiskSpace.IsUsedUp(e))
        {
            throw operation.Origin.Error("copy-failed", e.Message);
        }

        return layout.Finish();
    }

    private async Task PlaceAsync(
        CopyOperation operation, CopyLayout layout, IFileTree tree, string pattern, SourceMatch match, string destination,
        IgnoreMatcher excluded, CopyItem item, CancellationToken cancellationToken)
    {
        CopyDefinition copy = operation.Copy;
        if (copy.Parents)
        {
            destination = await WithParentsAsync(layout, tree, pattern, match, destination, cancellationToken);
        }

        if (match.Node.Kind == FileKind.Directory)
        {
            if (copy.Parents && match.Path.Length > 0)
            {
                await layout.PlaceDirectoryAsync(match.Node, destination, cancellationToken);
            }

            await layout.EnsureDirectoryAsync(destination, cancellationToken);
            await layout.PlaceContentAsync(tree, match.Node.Path, destination, excluded.Matches, cancellationToken);
            return;
        }

        if (excluded.Matches(match.Name))
        {
            return;
        }

        if (copy.Unpack != Unpacking.Never && match.Node.Kind == FileKind.Regular
            && (copy.Unpack == Unpacking.Always || item.From is ContextSource)
            && await _archives.TryOpenAsync(tree, match.Node, operation.Origin, cancellationToken) is { } archive)
        {
            await layout.EnsureDirectoryAsync(destination, cancellationToken);
            await layout.PlaceContentAsync(archive, "", destination, _ => false, cancellationToken);
            return;
        }

        bool into = copy.Parents || copy.Destination.EndsWith('/') || destination.Length == 0
            || await layout.IsDirectoryAsync(destination, cancellationToken);
        string target = !into ? destination : copy.Parents ? destination : PathResolver.Join(destination, match.Name);
        await layout.PlaceAsync(tree, match.Node, target, cancellationToken);
    }

    // --parents keeps the directories of the source below the destination; those before "/./" are dropped (dockerfile.md A2).
    private static async Task<string> WithParentsAsync(
        CopyLayout layout, IFileTree tree, string pattern, SourceMatch match, string destination, CancellationToken cancellationToken)
    {
        int pivot = pattern.IndexOf("/./", StringComparison.Ordinal);
        int skipped = pivot < 0 ? 0 : PathResolver.Clean(pattern[..pivot]).Split('/', StringSplitOptions.RemoveEmptyEntries).Length;
        string[] names = match.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string source = string.Join('/', names.Take(skipped));
        foreach (string name in names.Skip(skipped).SkipLast(1))
        {
            source = PathResolver.Join(source, name);
            destination = PathResolver.Join(destination, name);
            ResolvedPath directory = await PathResolver.ResolveAsync(tree, source, followLast: true, cancellationToken);
            await layout.PlaceDirectoryAsync(directory.Node!, destination, cancellationToken);
        }

        return names.Length > skipped ? PathResolver.Join(destination, names[^1]) : destination;
    }

    private static string WithoutPivot(string pattern) => pattern.Replace("/./", "/", StringComparison.Ordinal);

    // A wildcard may match nothing, as in docker; a plain path may not.
    private async Task NothingFoundAsync(
        CopyOperation operation, CopyItem item, IFileTree tree, string pattern, StepId step, CancellationToken cancellationToken)
    {
        if (!GoPathMatch.HasWildcards(pattern))
        {
            string place = item.From is ContextSource { Name: "context" } ? "the build context" : item.From.Name;
            throw await MissingSource.ErrorAsync(tree, pattern, place, operation.Origin, cancellationToken);
        }

        session.Progress.Report(new BuildWarning(
            new Foundation.Text.Diagnostic(
                Foundation.Text.Severity.Warning, "no-match", $"'{pattern}' matches nothing, so nothing is copied",
                operation.Origin.Source, operation.Origin.Span), step));
    }

    private static KeyBuilder Again(KeyBuilder key)
    {
        var copy = new KeyBuilder();
        foreach (KeyPart part in key.Parts)
        {
            copy.Add(part.Name, part.Value);
        }

        return copy;
    }
}
