using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Builds;

/// <summary>
/// What a source says of itself that building it cannot change: PKG-INFO of a version from 2.2 on, where nothing that counts is dynamic (PEP 643), else <c>[project]</c> of pyproject.toml with a version and dependencies that
/// are not dynamic (PEP 621).
/// </summary>
internal static class StaticMetadata
{
    /// <summary>Null when the source has to be asked by its backend.</summary>
    /// <param name="folder">The project.</param>
    /// <param name="expected">Which project it is; null: any.</param>
    internal static CoreMetadata? TryRead(string folder, ProjectName? expected)
    {
        var files = new FolderFiles(folder, mayLeave: false);
        CoreMetadata? metadata = OfPackageInfo(files) ?? OfProject(files);
        return expected is { } name && metadata is not null && metadata.Project != name ? null : metadata;
    }

    private static CoreMetadata? OfPackageInfo(FolderFiles files)
    {
        try
        {
            return files.Read("PKG-INFO") is { } bytes && CoreMetadata.Read(bytes) is { IsStatic: true } metadata ? metadata : null;
        }
        catch (FormatException)
        {
            return null; // the backend may know better
        }
    }

    private static CoreMetadata? OfProject(FolderFiles files)
    {
        var problems = new List<Diagnostic>();
        if (PyprojectReader.Read(files, "", problems) is not { HasStaticDependencies: true, Name: { } name, Version: { } version } project || problems.Any(problem => problem.Severity == Severity.Error))
        {
            return null;
        }

        Requirement?[] own = [.. project.Dependencies.Select(requirement => requirement.ToRequirement())];
        var optional = project.OptionalDependencies.SelectMany(group => group.Value.Select(requirement => (Extra: group.Key, Requirement: requirement.ToRequirement()))).ToArray();
        return own.Contains(null) || optional.Any(pair => pair.Requirement is null) ? null : new CoreMetadata
        {
            MetadataVersion = "2.2",
            Name = name.Value,
            Project = name,
            Version = version,
            RequiresPython = project.RequiresPython,
            ProvidesExtra = [.. project.OptionalDependencies.Keys],
            RequiresDist =
            [
                .. own!,
                .. optional.Select(pair => pair.Requirement! with { Marker = pair.Requirement.Marker is { } marker ? marker.And(ExtraIs(pair.Extra)) : ExtraIs(pair.Extra) }),
            ],
        };
    }

    private static Markers.Marker ExtraIs(ExtraName extra) => Markers.Marker.Parse($"extra == \"{extra}\"");
}
