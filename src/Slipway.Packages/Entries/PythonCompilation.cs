using Slipway.Images.Layers;

namespace Slipway.Packages.Entries;

/// <summary>
/// Compiling Python modules that come without <c>.pyc</c> files. Only the environment's own Python can do it. The files are of the kind that is never compared
/// with the source (PEP 552, unchecked-hash), because those that hold a time would differ each time.
/// </summary>
public static class PythonCompilation
{
    /// <summary>The command that compiles modules in an environment.</summary>
    /// <param name="interpreter">The environment's Python, absolute.</param>
    /// <param name="prefix">The environment's path.</param>
    /// <param name="sources">The modules, absolute.</param>
    public static EnvironmentCommand Command(string interpreter, string prefix, IEnumerable<string> sources) => new(
        [interpreter, "-s", "-m", "compileall", "-q", "-f", "-j", "0", "--invalidation-mode", "unchecked-hash", "-i", "-"],

        // Sets are written in the order of their hashes, which are random unless this says otherwise; what the interpreter compiles for itself would hold a time.
        new Dictionary<string, string> { ["PYTHONHASHSEED"] = "0", ["PYTHONDONTWRITEBYTECODE"] = "1", ["PATH"] = $"{prefix}/bin:/usr/bin:/bin", ["LC_ALL"] = "C.UTF-8" },
        string.Concat(sources.Order(StringComparer.Ordinal).Select(source => source + "\n")));

    /// <summary>Compiles. Modules that are no Python (templates, code for another version) stay as they are, which is usual and no failure.</summary>
    /// <exception cref="IOException">The interpreter could not be run.</exception>
    public static async Task RunAsync(EnvironmentCommand command, IEnvironmentRunner runner, CancellationToken cancellationToken)
    {
        if (await runner.RunAsync(command, cancellationToken) is { ExitCode: not (0 or 1) } failed)
        {
            throw new IOException($"'{command.Arguments[0]}' could not compile the modules: it ended with {failed.ExitCode}: {failed.Error}");
        }
    }

    /// <summary>Whether the path is that of a module's source.</summary>
    public static bool IsModule(string path) => path.EndsWith(".py", StringComparison.Ordinal);

    /// <summary>Where the compiled form of a module is (PEP 3147).</summary>
    /// <param name="source">The module's path.</param>
    /// <param name="tag">The mark of the interpreter, as <c>cpython-311</c>.</param>
    public static string CompiledPath(string source, string tag) =>
        LayerPath.Combine(LayerPath.Combine(LayerPath.ParentOf(source), "__pycache__"), $"{Path.GetFileNameWithoutExtension(LayerPath.NameOf(source))}.{tag}.pyc");
}
