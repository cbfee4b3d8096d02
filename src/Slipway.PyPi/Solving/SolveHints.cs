using Slipway.PyPi.Indexes;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Solving;

/// <summary>What could help someone whose requirement no version meets.</summary>
internal static class SolveHints
{
    /// <summary>One sentence, or null.</summary>
    /// <param name="project">What the indexes said.</param>
    /// <param name="releases">The versions that came of it.</param>
    public static string? For(ProjectFiles project, IReadOnlyList<Release> releases)
    {
        if (project.Status == ProjectStatus.Quarantined)
        {
            return $"{project.Project} is quarantined: its index holds it to be unsafe, and nothing of it is used.";
        }

        if (releases.Count == 0)
        {
            return !project.IsKnown ? $"No index has {project.Project} (asked: {Asked(project)}); check its name, or name the index that has it."
                : project.PassedOver.Count > 0 ? $"{Place(project)} has {project.Project}, but only files in forms that are not read any more, such as {project.PassedOver[0]}."
                : $"{Place(project)} knows {project.Project}, but has no file of it.";
        }

        PythonVersion[] versions = [.. releases.Select(r => r.Version).Order()];
        string range = versions.Length == 1 ? $"{versions[0]}" : $"{versions[0]} to {versions[^1]}";
        return $"{Place(project)} has {project.Project} {range}; if another index has more, put that one first, since the first index that knows a project has it alone.";
    }

    private static string Asked(ProjectFiles project) => project.Asked.Count == 0 ? "none" : string.Join(", ", project.Asked);

    private static string Place(ProjectFiles project) => project.FoundAt ?? (project.Asked.Count == 0 ? "The place of --find-links" : "The indexes together");
}
