using Slipway.Conda.Files;
using Slipway.Foundation.Text;
using Host = Slipway.Images.Model.Platform;

namespace Slipway.Cli.Commands.Conda;

/// <summary>What the other engine's verbs read of conda's files.</summary>
internal static class CondaFiles
{
    /// <summary>The lines of the <c>pip:</c> part of an environment.yml, as it holds for this machine's platform.</summary>
    public static IReadOnlyList<WrittenText>? PipPart(SourceText source, ICollection<Diagnostic> problems) => EnvironmentFileReader.Read(source, CondaInput.Subdir(Host.Host.ToString()), problems)?.Pip;
}
