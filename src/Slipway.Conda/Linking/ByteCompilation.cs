using Slipway.Conda.Packages;
using Slipway.Images.Layers;

namespace Slipway.Conda.Linking;

/// <summary>
/// Compiling the modules of packages without a platform, which come without <c>.pyc</c> files. Only the environment's own Python can do it. The files
/// are of the kind that is never compared with the source (PEP 552, unchecked-hash), because those that hold a time would differ each time.
/// </summary>
public static class ByteCompilation
{
    /// <summary>The command that compiles the modules, in the environment; null when there is nothing to compile.</summary>
    public static EnvironmentCommand? CommandFor(LinkPlan plan)
    {
        string prefix = plan.Options.Prefix;
        string[] sources = [.. plan.Packages.SelectMany(package => package.Entries.Where(entry => IsModule(entry) && package.Compiled.Contains(CompiledPath(entry.Path, plan.PythonTag!))))
            .Select(entry => $"{prefix}/{entry.Path}").Order(StringComparer.Ordinal)];
        return sources.Length == 0 ? null : new EnvironmentCommand(
            [$"{prefix}/{plan.PythonInterpreter}", "-s", "-m", "compileall", "-q", "-f", "-j", "0", "--invalidation-mode", "unchecked-hash", "-i", "-"],

            // Sets are written in the order of their hashes, which are random unless this says otherwise; what the interpreter compiles for itself would hold a time.
            new Dictionary<string, string> { ["PYTHONHASHSEED"] = "0", ["PYTHONDONTWRITEBYTECODE"] = "1", ["PATH"] = $"{prefix}/bin:/usr/bin:/bin", ["LC_ALL"] = "C.UTF-8" },
            string.Concat(sources.Select(source => source + "\n")));
    }

    /// <summary>Compiles the modules. Those that are no Python (templates, code for another version) stay as they are, which is usual and no failure.</summary>
    /// <exception cref="IOException">The interpreter could not be run.</exception>
    public static async Task RunAsync(LinkPlan plan, IEnvironmentRunner runner, CancellationToken cancellationToken)
    {
        if (CommandFor(plan) is { } command && await runner.RunAsync(command, cancellationToken) is { ExitCode: not (0 or 1) } failed)
        {
            throw new IOException($"'{command.Arguments[0]}' could not compile the modules: it ended with {failed.ExitCode}: {failed.Error}");
        }
    }

    /// <summary>The compiled files of a package, relative to the prefix.</summary>
    internal static IEnumerable<string> FilesOf(IEnumerable<LinkEntry> entries, string sitePackages, string tag) => entries
        .Where(entry => IsModule(entry) && LayerPath.IsWithin(entry.Path, sitePackages))
        .Select(entry => CompiledPath(entry.Path, tag));

    private static bool IsModule(LinkEntry entry) => entry.Kind == PackageMemberKind.File && entry.Path.EndsWith(".py", StringComparison.Ordinal);

    // PEP 3147.
    private static string CompiledPath(string source, string tag) =>
        LayerPath.Combine(LayerPath.Combine(LayerPath.ParentOf(source), "__pycache__"), $"{Path.GetFileNameWithoutExtension(LayerPath.NameOf(source))}.{tag}.pyc");
}
