using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class NoEmptyContinuation()
    : LintRule(nameof(NoEmptyContinuation), "Empty continuation lines will become errors in a future release")
{
    public override void CheckFile(DockerfileDocument document, LintCollector found)
    {
        foreach (InstructionSyntax syntax in document.Syntax.Instructions.Where(i => i.HasBlankContinuation))
        {
            found.Add(this, syntax, syntax.LastCodeLine, "Empty continuation line");
        }
    }
}
