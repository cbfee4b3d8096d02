using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Files;

/// <summary>
/// pip's mode of trusting files only by hashes: one <c>--hash</c> turns it on for all, and then every requirement has to be pinned and to have a hash. Hashes that an index tells do not count.
/// </summary>
public static class HashMode
{
    /// <summary>Whether the requirements are to be taken in this mode.</summary>
    public static bool IsOn(RequirementsFile file) => file.Options.RequireHashes ?? file.Requirements.Any(r => r.Hashes.Count > 0);

    /// <summary>Reports every requirement that the mode does not allow; nothing when it is off.</summary>
    public static void Check(RequirementsFile file, ICollection<Diagnostic> problems)
    {
        if (!IsOn(file))
        {
            return;
        }

        string why = file.Options.RequireHashes == true ? "--require-hashes asks for hashes" : $"line {file.Requirements.First(r => r.Hashes.Count > 0).Line} has a hash, so every requirement needs one";
        HashSet<ProjectName> constrained = [.. file.Requirements.Where(r => r.IsConstraint && r.Hashes.Count > 0 && r.Name is not null).Select(r => r.Name!.Value)];
        foreach (WrittenRequirement requirement in file.Requirements.Where(r => !r.IsConstraint))
        {
            bool isRepository = requirement.Url is { } url && url.Contains('+', StringComparison.Ordinal) && url.IndexOf('+', StringComparison.Ordinal) < url.IndexOf(':', StringComparison.Ordinal);
            bool hasHash = requirement.Hashes.Count > 0 || requirement.UrlHash is not null || (requirement.Name is { } name && constrained.Contains(name));
            if (requirement.IsEditable || isRepository || (requirement.Path is { } path && !IsArchive(path)))
            {
                problems.Add(requirement.Problem(
                    "no-hash-possible", $"{requirement} has no hash to be trusted by: it is a {(isRepository ? "repository" : "folder")}, and {why}", "take it into a file of its own, or say --no-require-hashes"));
            }
            else if (requirement.UrlHash is { IsStrong: false } weak && requirement.Hashes.Count == 0)
            {
                problems.Add(requirement.Problem("weak-hash", $"a file is not trusted by the {weak.Algorithm} of its address", $"give its {string.Join(" or ", FileHash.Strong)}"));
            }
            else if (!hasHash)
            {
                problems.Add(requirement.Problem("missing-hash", $"{requirement} has no --hash; {why}", "\"slipway pip lock\" writes the hashes of all files"));
            }
            else if (requirement.Url is null && requirement.Path is null && !IsPinned(requirement.Specifiers))
            {
                problems.Add(requirement.Problem("not-pinned", $"{requirement} has a hash but no exact version", "write the version with =="));
            }
        }
    }

    // Two clauses are no pin for pip, be one of them ==.
    private static bool IsPinned(VersionSpecifiers specifiers) =>
        specifiers.Clauses is [{ Operator: SpecifierOperator.Equal or SpecifierOperator.Identical, IsPrefix: false }];

    private static bool IsArchive(string path) => path.EndsWith(".whl", StringComparison.Ordinal) || path.EndsWith(".zip", StringComparison.Ordinal) || path.Contains(".tar", StringComparison.Ordinal) || path.EndsWith(".tgz", StringComparison.Ordinal);
}
