using Slipway.Build.Graph;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Lint;

namespace Slipway.Cli.Commands.Images;

/// <summary>BuildKit's build checks, run beside every build.</summary>
internal static class BuildChecks
{
    /// <returns>What the checks warn of.</returns>
    /// <exception cref="DiagnosticException">The file asks for warnings to be errors (<c># check=error=true</c>), and there are some.</exception>
    public static IEnumerable<Diagnostic> Run(DockerfileInput input, Plan plan)
    {
        Dictionary<string, BaseImageFacts> known = BaseImages(plan);
        LintReport report = LintRunner.Run(input.Document, new LintOptions
        {
            Target = input.Options.Target,
            BuildArguments = input.Options.BuildArguments,
            Ignore = input.Contexts.GetValueOrDefault("context")?.Ignore,
            BaseImage = known.GetValueOrDefault,
            TargetPlatform = input.Options.Platform.ToString(),
            BuildPlatform = input.Options.BuildPlatform.ToString(),
        });
        IEnumerable<Diagnostic> warnings = report.Warnings.Select(w => w.ToDiagnostic());
        return report.Errors.Count == 0 ? warnings : throw new DiagnosticException([.. warnings, .. report.Errors]);
    }

    private static Dictionary<string, BaseImageFacts> BaseImages(Plan plan)
    {
        Dictionary<string, BaseImageFacts> facts = [];
        foreach (PlannedStage stage in plan.Stages)
        {
            Operation root = stage.FileSystem;
            while (root.Parent is { } parent)
            {
                root = parent;
            }

            if (root is ImageOperation { Image: { Reference: { } reference } image })
            {
                ImageConfig config = image.Config;
                facts[reference.Familiar] = facts[reference.ToString()] =
                    new BaseImageFacts(config.Config.Env, config.Config.Shell.Count > 0, config.Platform.ToString());
            }
        }

        return facts;
    }
}
