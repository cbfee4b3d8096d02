using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class MaintainerDeprecated() : LintRule(
    nameof(MaintainerDeprecated), "The MAINTAINER instruction is deprecated, use a label instead to define an image author")
{
    public override void CheckFile(DockerfileDocument document, LintCollector found)
    {
        foreach (MaintainerInstruction maintainer in document.AllInstructions().OfType<MaintainerInstruction>())
        {
            found.Add(this, maintainer, "Maintainer instruction is deprecated in favor of using label");
        }
    }
}
