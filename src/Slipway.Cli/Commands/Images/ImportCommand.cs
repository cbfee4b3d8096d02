using System.CommandLine;
using Slipway.Build.Frontend;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>import</c>: makes an image of one layer from the tar of a root file system.</summary>
internal static class ImportCommand
{
    public static Command Create(CliContext cli)
    {
        var file = new Argument<string>("FILE") { Description = "The tar, compressed or not; - for standard input" };
        var name = new Argument<string?>("NAME") { Description = "A name for the image", Arity = ArgumentArity.ZeroOrOne };
        var change = new Option<string[]>("--change", "-c") { Description = "An instruction for the configuration, such as 'CMD [\"bash\"]'", HelpName = "INSTRUCTION" };
        var message = new Option<string?>("--message", "-m") { Description = "A comment for the history", HelpName = "TEXT" };
        var platform = new Option<string?>("--platform") { Description = "What the files are for", HelpName = "PLATFORM" };
        var command = new Command("import", "Make an image from the tar of a root file system") { file, name, change, message, platform };
        command.SetAction(async (parsed, token) =>
        {
            ImageStore store = cli.Store(parsed);
            ImageReference? reference = parsed.GetValue(name) is { } text ? ImageReference.Parse(text) : null;
            string path = parsed.GetValue(file)!;
            if (path != "-" && !File.Exists(path))
            {
                throw new DiagnosticException("no-such-file", $"there is no file {path}");
            }

            var options = new ImportOptions
            {
                Config = ConfigChanges.Apply(parsed.GetValue(change) ?? []),
                Message = parsed.GetValue(message),
                Platform = parsed.GetValue(platform) is { } given ? Platform.Parse(given) : Platform.Host,
            };
            await using Stream tar = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            StoredImage image = await TransferProgressScope.RunAsync(
                cli, $"importing {path}", quiet: false, progress => new RootFsImporter(store, cli.Clock).ImportAsync(tar, path, options, progress, token));
            if (reference is not null)
            {
                await store.TagAsync(reference, image.Target, token);
            }

            await cli.Out.WriteLineAsync(image.Id.ToString());
            return 0;
        });
        return command;
    }
}
