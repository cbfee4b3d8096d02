using System.CommandLine;
using Slipway.Images.Archives;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>save</c>: writes images to an archive.</summary>
internal static class SaveCommand
{
    public static Command Create(CliContext cli)
    {
        var images = new Argument<string[]>("IMAGE") { Description = "Images by name or id", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--output", "-o") { Description = "The file (default: standard output); .gz and .zst are compressed", HelpName = "FILE" };
        var format = new Option<string>("--format") { Description = "docker (read by everything, default) or oci", HelpName = "FORMAT", DefaultValueFactory = _ => "docker" };
        format.AcceptOnlyFromAmong("docker", "oci");
        var compression = new Option<string?>("--compression") { Description = "none, gzip or zstd (default: by the file's name)", HelpName = "KIND" };
        compression.AcceptOnlyFromAmong("none", "gzip", "zstd");
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Show no progress" };
        var command = new Command("save", "Write images to an archive") { images, output, format, compression, quiet };
        command.SetAction(async (parsed, token) =>
        {
            ImageStore store = cli.Store(parsed);
            List<ArchivedImage> found = [];
            foreach (string name in parsed.GetValue(images)!)
            {
                found.Add(await FindAsync(store, name, token));
            }

            string? file = parsed.GetValue(output) is "-" ? null : parsed.GetValue(output);
            CompressionKind kind = parsed.GetValue(compression) is { } given ? Enum.Parse<CompressionKind>(given, ignoreCase: true)
                : file is null ? CompressionKind.None : ImageArchiveWriter.CompressionFor(file);
            ArchiveFormat archive = Enum.Parse<ArchiveFormat>(parsed.GetValue(format)!, ignoreCase: true);
            var writer = new ImageArchiveWriter(store, cli.Clock);
            await TransferProgressScope.RunAsync(cli, $"saving {file ?? "to standard output"}", parsed.GetValue(quiet), async progress =>
            {
                if (file is not null)
                {
                    await writer.WriteAsync(found, archive, kind, file, progress, token);
                }
                else
                {
                    await using Stream stream = StandardOutput();
                    await writer.WriteAsync(found, archive, kind, stream, progress, token);
                }

                return 0;
            });
            return 0;
        });
        return command;
    }

    // Saved by name, an image has that name in the archive; saved by id it has none (docker's rule).
    private static async Task<ArchivedImage> FindAsync(ImageStore store, string name, CancellationToken cancellationToken)
    {
        StoredImage image = await ImageLookup.FindAsync(store, name, cancellationToken);
        bool byName = ImageReference.TryParse(name, out ImageReference? reference) && image.Names.Contains(reference);
        return new ArchivedImage(image, byName ? [reference!] : []) { Platforms = await store.LoadPlatformsAsync(image, cancellationToken) };
    }

    private static Stream StandardOutput() => Console.IsOutputRedirected ? Console.OpenStandardOutput() : throw new UsageException(
        "output-is-terminal", "an archive is not for a terminal", "name a file with -o FILE, or redirect standard output");
}
