using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class InvalidDefinitionDescription() : LintRule(
    nameof(InvalidDefinitionDescription),
    "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a "
    + "description comment, add an empty line or comment between the instruction and the comment.")
{
    public override bool IsExperimental => true;

    public override void CheckFile(DockerfileDocument document, LintCollector found)
    {
        foreach (Instruction instruction in document.AllInstructions())
        {
            string[] names = instruction switch
            {
                FromInstruction { StageName: { } name } => [name],
                ArgInstruction arg => [.. arg.Arguments.Select(a => a.Name)],
                _ => [],
            };
            string? firstWord = instruction.Syntax.Comments is [.., { } last] ? last.Split(' ')[0] : null;
            if (names.Length > 0 && firstWord is not null && !names.Contains(firstWord))
            {
                string name = names.Length == 1 ? names[0] : "<arg_key>";
                found.Add(this, instruction, $"Comment for {instruction.Name} should follow the format: `# {name} <description>`");
            }
        }
    }
}
