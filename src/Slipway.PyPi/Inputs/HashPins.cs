using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Inputs;

/// <summary>pip's hash mode on a solution: everything in it has to be among the requirements, and only files with one of their hashes may be taken.</summary>
public static class HashPins
{
    /// <summary>The solution with files that have one of the hashes; as it is where the requirements say none.</summary>
    /// <exception cref="DiagnosticException">Something is there that no requirement pins, or no file has one of the hashes.</exception>
    public static PythonSolution Apply(RequirementsFile file, PythonSolution solution, PythonTarget target)
    {
        if (!HashMode.IsOn(file))
        {
            return solution;
        }

        ILookup<ProjectName, WrittenRequirement> pins = file.Requirements.Where(r => r.Name is not null).ToLookup(r => r.Name!.Value);
        List<Diagnostic> problems = [];
        SolvedDistribution[] checkedOnes = [.. solution.Distributions.Select(Checked)];
        return problems.Count == 0 ? solution with { Distributions = checkedOnes } : throw new DiagnosticException(problems);

        SolvedDistribution Checked(SolvedDistribution distribution)
        {
            string[] allowed = [.. pins[distribution.Name].SelectMany(p => p.Hashes).Where(h => h.IsStrong).Select(h => h.ToString())];
            if (distribution.File is null)
            {
                return distribution; // its address has the hash
            }

            if (!pins.Contains(distribution.Name) || allowed.Length == 0)
            {
                RequiredBy? by = distribution.Via.Count > 0 ? distribution.Via[0] : null;
                problems.Add(new Diagnostic(
                    Severity.Error, "missing-hash", $"{distribution.Name} {distribution.Version} is needed{(by?.Project is { } who ? $" by {who}" : "")}, but no requirement pins it with a hash.",
                    Help: $"Add it: {distribution.Name}=={distribution.Version} --hash=…; \"slipway pip lock -o requirements.txt\" writes all of them."));
                return distribution;
            }

            IndexFile[] files = [.. distribution.Files.Where(f => f.Hashes.Any(h => allowed.Contains(h.ToString())))];
            IndexFile? best = files.Where(f => !f.IsSource && target.Tags.RankOf(f.Wheel!) is not null).MinBy(f => target.Tags.RankOf(f.Wheel!)) ?? files.FirstOrDefault(f => f.IsSource);
            if (best is null)
            {
                problems.Add(pins[distribution.Name].First().Problem(
                    "wrong-hash", $"no file of {distribution.Name} {distribution.Version} that fits has one of the hashes; {distribution.File.FileName} has {string.Join(", ", distribution.File.Hashes)}",
                    "If the file is meant, write its hash; if not, somebody changed what the index offers."));
                return distribution;
            }

            return distribution with { File = best, Files = files };
        }
    }
}
