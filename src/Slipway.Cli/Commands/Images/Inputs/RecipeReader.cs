using Slipway.Build.Contexts;
using Slipway.Build.Sources;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Commands.Images.Inputs;

/// <summary>A recipe and what it is called.</summary>
/// <param name="Name">Its path or address; names the steps across builds. <c>-</c> for standard input.</param>
/// <param name="Source">Its text.</param>
/// <param name="InContext">Its path within a context that is no folder; null when it is not part of one.</param>
internal sealed record FoundRecipe(string Name, SourceText Source, string? InContext = null);

/// <summary>Finds the Dockerfile: <c>-f</c>, else <c>Dockerfile</c> or <c>dockerfile</c> of the context.</summary>
internal sealed class RecipeReader(ContextOpener opener, Func<Stream> standardInput)
{
    private static readonly string[] s_names = ["Dockerfile", "dockerfile"];

    public async Task<FoundRecipe> ReadAsync(ContextPlace place, string? file, CancellationToken cancellationToken)
    {
        if (file == "-")
        {
            await using Stream input = standardInput();
            return new FoundRecipe("-", new SourceText("Dockerfile", await ContextOpener.ReadRecipeAsync(input, "standard input", cancellationToken)));
        }

        if (file is not null && ContextReader.IsWeb(file))
        {
            return new FoundRecipe(file, new SourceText(file, await opener.ReadRecipeAsync(new Uri(file), cancellationToken)));
        }

        return place switch
        {
            { Opened: { Recipe: { } text } alone } when file is null => new FoundRecipe(alone.Place == "standard input" ? "-" : alone.Place, new SourceText("Dockerfile", text)),
            { Opened: { Tree: not null } opened } => await FromTreeAsync(opened, file, cancellationToken),
            { Folder: { } folder } => await FromFolderAsync(folder, file, cancellationToken),
            _ => await FromFolderAsync(Environment.CurrentDirectory, file, cancellationToken),
        };
    }

    /// <summary>The path as people would type it here.</summary>
    public static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private static async Task<FoundRecipe> FromFolderAsync(string folder, string? file, CancellationToken cancellationToken)
    {
        string[] candidates = file is not null ? [Path.GetFullPath(file)] : [.. s_names.Select(name => Path.Combine(folder, name))];
        if (candidates.FirstOrDefault(File.Exists) is { } found)
        {
            return new FoundRecipe(found, new SourceText(Shown(found), await File.ReadAllTextAsync(found, cancellationToken)));
        }

        string directory = Path.GetDirectoryName(candidates[0])!;
        string[] names = Directory.Exists(directory) ? [.. Directory.GetFiles(directory).Select(f => Path.GetFileName(f)!)] : [];
        throw NotThere(Shown(candidates[0]), Near(candidates[0], names) is { } near ? Shown(Path.Combine(directory, near)) : null);
    }

    private static async Task<FoundRecipe> FromTreeAsync(OpenedContext context, string? file, CancellationToken cancellationToken)
    {
        IBuildContext files = context.ToContext(null);
        string[] candidates = file is not null ? [PathResolver.Clean(file)] : s_names;
        foreach (string path in candidates)
        {
            if ((await PathResolver.ResolveAsync(files, path, followLast: true, cancellationToken)).Node is { Kind: FileKind.Regular } node)
            {
                await using Stream bytes = await files.OpenAsync(node, cancellationToken);
                return new FoundRecipe($"{context.Place}:{path}", new SourceText(path, await ContextOpener.ReadRecipeAsync(bytes, path, cancellationToken)), path);
            }
        }

        string directory = PathResolver.Parent(candidates[0]);
        IReadOnlyList<FileNode> siblings = await files.ListAsync(directory, cancellationToken);
        string? near = Near(candidates[0], [.. siblings.Where(node => node.Kind == FileKind.Regular).Select(node => node.Name)]);
        throw NotThere($"{candidates[0]} in {context.Place}", near is null ? null : PathResolver.Join(directory, near));
    }

    private static string? Near(string wanted, string[] names) =>
        Suggestion.Nearest(Path.GetFileName(wanted), names) ?? names.FirstOrDefault(n => n.StartsWith("Dockerfile", StringComparison.OrdinalIgnoreCase));

    private static DiagnosticException NotThere(string what, string? near) => new(
        "no-dockerfile", $"there is no {what}",
        near is not null ? $"did you mean -f {near}?" : "give the file with -f, or write one: the first line names a base image, such as FROM debian:bookworm-slim; an environment.yml or requirements.txt will do, too");
}
