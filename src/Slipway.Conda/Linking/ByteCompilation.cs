using Slipway.Images.Layers;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>Compiling the modules of packages without a platform, which come without <c>.pyc</c> files.</summary>
public static class ByteCompilation
{
    /// <summary>The command that compiles the modules, in the environment; null when there is nothing to compile.</summary>
    public static EnvironmentCommand? CommandFor(LinkPlan plan)
    {
        string prefix = plan.Options.Prefix;
        string[] sources = [.. plan.Packages.SelectMany(package => package.Entries.Where(entry => IsModule(entry) && package.Compiled.Contains(PythonCompilation.CompiledPath(entry.Path, plan.PythonTag!))))
            .Select(entry => $"{prefix}/{entry.Path}")];
        return sources.Length == 0 ? null : PythonCompilation.Command($"{prefix}/{plan.PythonInterpreter}", prefix, sources);
    }

    /// <summary>Compiles the modules. Those that are no Python (templates, code for another version) stay as they are, which is usual and no failure.</summary>
    /// <exception cref="IOException">The interpreter could not be run.</exception>
    public static Task RunAsync(LinkPlan plan, IEnvironmentRunner runner, CancellationToken cancellationToken) =>
        CommandFor(plan) is { } command ? PythonCompilation.RunAsync(command, runner, cancellationToken) : Task.CompletedTask;

    /// <summary>The compiled files of a package, relative to the prefix.</summary>
    internal static IEnumerable<string> FilesOf(IEnumerable<LinkEntry> entries, string sitePackages, string tag) => entries
        .Where(entry => IsModule(entry) && LayerPath.IsWithin(entry.Path, sitePackages))
        .Select(entry => PythonCompilation.CompiledPath(entry.Path, tag));

    private static bool IsModule(LinkEntry entry) => entry.Kind == PackageMemberKind.File && PythonCompilation.IsModule(entry.Path);
}
