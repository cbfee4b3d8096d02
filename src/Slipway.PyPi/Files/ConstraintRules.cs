using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>What may stand in a constraints file: it narrows the versions of what others ask for and never adds anything.</summary>
public static class ConstraintRules
{
    /// <summary>Reports constraints that pip refuses: without a name, linked, or with extras.</summary>
    public static void Check(RequirementsFile file, ICollection<Diagnostic> problems)
    {
        foreach (WrittenRequirement constraint in file.Requirements.Where(r => r.IsConstraint))
        {
            if (constraint.IsEditable)
            {
                problems.Add(constraint.Problem("bad-constraint", $"{constraint} cannot be a constraint: it is linked (-e)", "write it to a requirements file, which is named with -r"));
            }
            else if (constraint.Name is null)
            {
                problems.Add(constraint.Problem("bad-constraint", $"{constraint} cannot be a constraint: it has no name", "write NAME @ before the address"));
            }
            else if (constraint.Extras.Count > 0)
            {
                problems.Add(constraint.Problem("bad-constraint", $"{constraint} cannot be a constraint: it has extras", "write the extras where the project is required"));
            }
        }
    }
}
