using System.CommandLine;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>tag</c>: gives an image another name.</summary>
internal static class TagCommand
{
    public static Command Create(CliContext cli)
    {
        var source = new Argument<string>("SOURCE") { Description = "An image by name or id" };
        var target = new Argument<string>("TARGET") { Description = "The new name" };
        var command = new Command("tag", "Give an image another name") { source, target };
        command.SetAction(async (parsed, token) =>
        {
            ImageStore store = cli.Store(parsed);
            StoredImage image = await ImageLookup.FindAsync(store, parsed.GetValue(source)!, token);
            await store.TagAsync(ImageReference.Parse(parsed.GetValue(target)!), image.Target, token);
            return 0;
        });
        return command;
    }
}
