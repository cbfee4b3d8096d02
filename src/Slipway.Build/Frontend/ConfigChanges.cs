using Slipway.Build.Graph;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Build.Frontend;

/// <summary>Instructions given on the command line (<c>import --change</c>) that may only change the configuration.</summary>
public static class ConfigChanges
{
    /// <exception cref="DiagnosticException">One is no instruction, or not one that changes only the configuration.</exception>
    public static ContainerConfig Apply(IReadOnlyList<string> instructions)
    {
        var label = new StageLabel("import");
        var scratch = new ScratchOperation(new StepOrigin(label, label.NextStep(), "import", null, default));
        var state = new StageState(label, new ImageConfig(), scratch, new WordExpander('\\'));
        foreach (string text in instructions)
        {
            Instruction instruction = OnbuildInstruction.ParseTrigger(text, "--change");
            if (!ConfigInstructions.TryApply(state, instruction))
            {
                throw new DiagnosticException(
                    "bad-change", $"--change {instruction.Name}: only instructions that change the configuration can be given",
                    "these are CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER and VOLUME");
            }
        }

        return state.Finish().Config;
    }
}
