using System.Text;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Locks;

/// <summary>What a requirements file says besides the packages.</summary>
public sealed record RequirementsWriterOptions
{
    /// <summary>The command that makes the file again, for its first lines; null: none.</summary>
    public string? Command { get; init; }

    /// <summary>The main index, when it is not the usual one.</summary>
    public string? IndexUrl { get; init; }

    /// <summary>More indexes.</summary>
    public IReadOnlyList<string> ExtraIndexUrls { get; init; } = [];

    /// <summary>Folders and pages with files.</summary>
    public IReadOnlyList<string> FindLinks { get; init; } = [];

    /// <summary>Whether no index is asked.</summary>
    public bool NoIndex { get; init; }

    /// <summary>Whether the hashes of all files are written.</summary>
    public bool Hashes { get; init; } = true;

    /// <summary>Whether a comment says who needs a package.</summary>
    public bool Via { get; init; } = true;
}

/// <summary>
/// Writes a lock as a requirements file in the form people know from pip-compile: pinned, with hashes, each with who needs it. The same lock gives the same bytes; nothing of credentials is written.
/// </summary>
public static class RequirementsWriter
{
    /// <summary>The text of the file.</summary>
    /// <exception cref="DiagnosticException">A package depends on chosen extras or groups, for which a requirements file has no words: choose first.</exception>
    public static string Write(PythonLock from, RequirementsWriterOptions options)
    {
        var text = new StringBuilder();
        if (options.Command is { } command)
        {
            text.Append("# Made by slipway; do not change by hand. To make it again:\n#\n#    ").Append(UrlCredentials.Strip(command.ReplaceLineEndings(" "))).Append("\n#\n");
        }

        string[] lines =
        [
            .. options.NoIndex ? ["--no-index"] : Array.Empty<string>(),
            .. options.IndexUrl is { } index ? [$"--index-url {UrlCredentials.Strip(index)}"] : Array.Empty<string>(),
            .. options.ExtraIndexUrls.Select(u => $"--extra-index-url {UrlCredentials.Strip(u)}"),
            .. options.FindLinks.Select(u => $"--find-links {UrlCredentials.Strip(u)}"),
        ];
        text.Append(string.Concat(lines.Select(l => l + "\n")));
        text.Append(lines.Length > 0 ? "\n" : "");
        ILookup<ProjectName, string> needed = from.Packages.SelectMany(p => p.Dependencies.Select(d => (d.Name, By: p.Name.Value))).Distinct().ToLookup(d => d.Name, d => d.By);
        foreach (LockedDistribution package in PylockWriter.Ordered(from.Packages))
        {
            Package(text, package, options, needed);
        }

        return text.ToString();
    }

    private static void Package(StringBuilder text, LockedDistribution package, RequirementsWriterOptions options, ILookup<ProjectName, string> needed)
    {
        text.Append(What(package));
        if (package.Marker?.ToString() is { } marker)
        {
            if (marker.Contains("in extras", StringComparison.Ordinal) || marker.Contains("in dependency_groups", StringComparison.Ordinal))
            {
                throw new DiagnosticException("lock-choice", $"whether {package} is wanted depends on extras or groups ({marker}); a requirements file cannot say that", "choose extras and groups, or write a pylock.toml");
            }

            text.Append(" ; ").Append(marker);
        }

        if (options.Hashes)
        {
            foreach (FileHash hash in package.Files.SelectMany(f => f.Hashes).Where(h => h.IsStrong).Distinct().Order())
            {
                text.Append(" \\\n    --hash=").Append(hash);
            }
        }

        text.Append('\n');
        string[] by = [.. package.AskedBy.Order(StringComparer.Ordinal), .. needed[package.Name].Order(StringComparer.Ordinal)];
        if (options.Via && by.Length > 0)
        {
            text.Append(by.Length == 1 ? $"    # via {by[0]}\n" : "    # via\n" + string.Concat(by.Select(b => $"    #   {b}\n")));
        }
    }

    private static string What(LockedDistribution package)
    {
        string name = package.Name + (package.Extras.Count == 0 ? "" : $"[{string.Join(',', package.Extras.Order())}]");
        return package switch
        {
            { Directory: { } folder } => $"{(folder.IsEditable ? "-e " : "")}{Relative(Below(folder.Path, folder.Subdirectory))}{name[package.Name.Value.Length..]}",
            { Vcs: { } vcs } => $"{name} @ {vcs.Type}+{UrlCredentials.Strip(vcs.Url ?? "file://" + vcs.Path)}@{vcs.CommitId}{Subdirectory(vcs.Subdirectory)}",
            { Archive: { Url: { } url } archive } => $"{name} @ {UrlCredentials.Strip(url)}{(url.Contains('#', StringComparison.Ordinal) ? "" : Subdirectory(archive.Subdirectory))}",
            { Archive: { Path: { } path } } => Relative(path) + name[package.Name.Value.Length..],
            _ => package.Version is { } version ? $"{name}=={version}" : name,
        };
    }

    private static string Subdirectory(string? folder) => folder is null ? "" : "#subdirectory=" + folder;

    private static string Below(string path, string? subdirectory) => subdirectory is null ? path : $"{path}/{subdirectory}";

    // pip takes it for a path only when there is a slash in it.
    private static string Relative(string path) => path.StartsWith('/') || path.StartsWith("./", StringComparison.Ordinal) || path.StartsWith("../", StringComparison.Ordinal) ? path : path is "" or "." ? "./." : "./" + path;
}
