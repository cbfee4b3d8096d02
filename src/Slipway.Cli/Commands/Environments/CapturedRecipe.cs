using System.Text;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Environments.Capturing;
using Slipway.Environments.Locking;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Commands.Environments;

/// <summary>A recipe that is written of an environment of this machine. It is taken away again unless it is kept.</summary>
internal sealed class CapturedRecipe : IDisposable
{
    private const string Active = "active";

    private readonly List<string> _written = [];
    private bool _isKept;

    private CapturedRecipe(CapturedEnvironment environment) => Environment = environment;

    public CapturedEnvironment Environment { get; }

    /// <summary>What was written, as people would type it here.</summary>
    public IEnumerable<string> Files => _written.Select(RecipeReader.Shown);

    /// <param name="prefix">The environment's folder; <c>active</c>: the one that is active.</param>
    /// <param name="folder">Where the recipe goes.</param>
    /// <exception cref="DiagnosticException">There is no environment, or parts of it cannot be had again, or the folder says already what is wanted.</exception>
    public static CapturedRecipe Write(string? prefix, string folder)
    {
        string place = Path.GetFullPath(folder);
        if (!Directory.Exists(place))
        {
            throw new UsageException("no-such-folder", $"there is no folder {folder}", "the recipe of an environment goes into a folder of this machine");
        }

        if (EnvironmentCapture.IsEnvironment(place))
        {
            throw new UsageException("not-a-repository", $"{folder} is an environment, and no place for a recipe", $"name the environment with =: --from-env={folder}");
        }

        if (prefix is null or "" or Active)
        {
            prefix = CliContext.Environment("VIRTUAL_ENV") is { Length: > 0 } active ? active : CliContext.Environment("CONDA_PREFIX") is { Length: > 0 } conda ? conda
                : throw new UsageException("no-environment", "no environment is active", "name its folder: --from-env=FOLDER");
        }

        var recipe = new CapturedRecipe(EnvironmentCapture.Read(prefix));
        (string Name, string Text)[] files = [.. RecipeText.Of(recipe.Environment)];
        string[] there = [.. files.Select(f => f.Name).Append(EnvironmentLock.FileName).Concat(["binder", ".binder"]).Where(name => Path.Exists(Path.Combine(place, name)))];
        if (there.Length > 0)
        {
            throw new DiagnosticException("recipe-exists", $"{folder} has {string.Join(" and ", there)} already, which would say something else.", "Name an empty folder, or move it away.");
        }

        try
        {
            foreach ((string name, string text) in files)
            {
                string path = Path.Combine(place, name);
                AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));
                recipe._written.Add(path);
            }

            return recipe;
        }
        catch
        {
            recipe.Dispose();
            throw;
        }
    }

    /// <summary>It stays when this ends.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        foreach (string path in _isKept ? [] : _written)
        {
            File.Delete(path);
        }
    }
}
