using System.CommandLine;
using Slipway.Images.Archives;
using Slipway.Images.Model;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>load</c>: reads images from an archive.</summary>
internal static class LoadCommand
{
    public static Command Create(CliContext cli)
    {
        var input = new Option<string?>("--input", "-i") { Description = "The archive, or a folder that is an OCI layout (default: standard input)", HelpName = "FILE" };
        var platform = new Option<string?>("--platform") { Description = "The platform to pick of several", HelpName = "PLATFORM" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Show no progress" };
        var command = new Command("load", "Read images from a docker or OCI archive") { input, platform, quiet };
        command.SetAction(async (parsed, token) =>
        {
            var reader = new ImageArchiveReader(cli.Store(parsed), cli.Clock);
            Platform wanted = parsed.GetValue(platform) is { } text ? Platform.Parse(text) : Platform.Host;
            string? file = parsed.GetValue(input);
            IReadOnlyList<LoadedImage> images = await TransferProgressScope.RunAsync(
                cli, $"loading {file ?? "standard input"}", parsed.GetValue(quiet),
                async progress => file is null or "-"
                    ? await reader.LoadAsync(StandardInput(), "standard input", wanted, progress, token)
                    : await reader.LoadAsync(file, wanted, progress, token));
            foreach (LoadedImage image in images)
            {
                string[] lines = image.Names.Count > 0 ? [.. image.Names.Select(n => $"Loaded image: {n.Familiar}")] : [$"Loaded image ID: {image.Id}"];
                await cli.Out.WriteLineAsync(string.Join('\n', lines));
            }

            return 0;
        });
        return command;
    }

    private static Stream StandardInput() => Console.IsInputRedirected ? Console.OpenStandardInput() : throw new UsageException(
        "no-input", "load reads an archive from standard input, and that is a terminal", "name a file: load -i FILE");
}
