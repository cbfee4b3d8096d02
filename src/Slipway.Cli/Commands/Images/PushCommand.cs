using System.CommandLine;
using Slipway.Images.Export;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>push</c>: sends an image to the registry its name says.</summary>
internal static class PushCommand
{
    public static Command Create(CliContext cli)
    {
        var name = new Argument<string>("NAME") { Description = "name[:tag] of an image in the store" };
        var compression = new CompressionFlags();
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print only the digest" };
        var command = new Command("push", "Send an image to a registry") { name, quiet };
        compression.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            ImageStore store = cli.Store(parsed);
            ImageReference reference = ImageReference.Parse(parsed.GetValue(name)!);
            cli.Registries(parsed).Approach(reference, token);
            StoredImage image = await ImageLookup.FindAsync(store, parsed.GetValue(name)!, token);
            IReadOnlyList<StoredImage> platforms = await store.LoadPlatformsAsync(image, token);
            ImageForm form = compression.Form(parsed);
            if (await MissingAsync(store, image, platforms, token) is { Length: > 0 } missing)
            {
                await cli.Error.WriteLineAsync($"not here, and so not in the pushed index: {missing} (fetch all with pull --all-platforms)");
            }

            Descriptor pushed = await TransferProgressScope.RunAsync(
                cli, $"pushing {reference.Familiar}", parsed.GetValue(quiet), progress => MediaTypes.IsIndex(image.Target.MediaType)
                    ? new IndexPusher(cli.Registries(parsed), store).PushAsync(image.Target, platforms, reference, form, progress, token)
                    : new ImagePusher(cli.Registries(parsed), store).PushAsync(image, reference, form, progress, token));
            await cli.Out.WriteLineAsync(parsed.GetValue(quiet) ? pushed.Digest.ToString() : $"{reference.Familiar}: digest: {pushed.Digest} size: {pushed.Size}");
            return 0;
        });
        return command;
    }

    private static async Task<string> MissingAsync(ImageStore store, StoredImage image, IReadOnlyList<StoredImage> here, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsIndex(image.Target.MediaType))
        {
            return "";
        }

        OciIndex index = ImageJson.ReadIndex(await store.Blobs.ReadAsync(image.Target.Digest, cancellationToken));
        return string.Join(", ", index.Manifests
            .Where(entry => entry.Platform is not { Os: "unknown" } && here.All(known => known.ManifestDescriptor.Digest != entry.Digest))
            .Select(entry => entry.Platform?.ToString() ?? entry.Digest.Short));
    }
}
