using Slipway.Build.Contexts;
using Slipway.Build.Sources;
using Slipway.Dockerfile;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Commands.Images.Inputs;

/// <summary>Reads the ignore file of a context: that of the recipe, <c>NAME.dockerignore</c>, comes before <c>.dockerignore</c> (dockerfile.md A1).</summary>
internal static class IgnoreFiles
{
    private const string Suffix = ".dockerignore";

    /// <param name="folder">The context's folder.</param>
    /// <param name="recipe">The recipe's path; null when it is not a file.</param>
    public static IgnoreMatcher? Read(string folder, string? recipe)
    {
        string[] candidates = [.. recipe is null or "-" ? Enumerable.Empty<string>() : [recipe + Suffix], Path.Combine(folder, Suffix)];
        return candidates.FirstOrDefault(File.Exists) is { } file ? Parse(File.ReadAllText(file), RecipeReader.Shown(file)) : null;
    }

    /// <param name="context">Where to look.</param>
    /// <param name="recipe">The recipe's path in the context; null when it is not of the context.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IgnoreMatcher?> ReadAsync(OpenedContext context, string? recipe, CancellationToken cancellationToken)
    {
        IBuildContext files = context.ToContext(null);
        foreach (string name in recipe is null ? [Suffix] : (string[])[recipe + Suffix, Suffix])
        {
            if ((await PathResolver.ResolveAsync(files, name, followLast: true, cancellationToken)).Node is { Kind: FileKind.Regular } node)
            {
                await using Stream bytes = await files.OpenAsync(node, cancellationToken);
                return Parse(await ContextOpener.ReadRecipeAsync(bytes, name, cancellationToken), $"{context.Place}: {name}");
            }
        }

        return null;
    }

    private static IgnoreMatcher Parse(string text, string shown)
    {
        try
        {
            return new IgnoreMatcher(IgnoreFile.Parse(text));
        }
        catch (FormatException e)
        {
            throw new DiagnosticException("bad-ignore-file", $"{shown}: {e.Message}", "correct or remove the pattern");
        }
    }
}
