using System.CommandLine;
using Slipway.Images.Model;
using Slipway.Images.Registry;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>pull</c>: fetches an image from a registry.</summary>
internal static class PullCommand
{
    public static Command Create(CliContext cli)
    {
        var name = new Argument<string>("NAME") { Description = "name[:tag] or name@digest" };
        var platform = new Option<string?>("--platform") { Description = "The platform to pick, such as linux/amd64", HelpName = "PLATFORM" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print only the name" };
        var all = new Option<bool>("--all-platforms") { Description = "Fetch the images of all platforms, not only of one" };
        var unpack = new Option<bool>("--unpack") { Description = "Unpack the layers while they come, for an image that will run here" };
        var command = new Command("pull", "Fetch an image from a registry") { name, platform, all, unpack, quiet };
        command.SetAction(async (parsed, token) =>
        {
            ImageReference reference = ImageReference.Parse(parsed.GetValue(name)!);
            Platform wanted = parsed.GetValue(platform) is { } text ? Platform.Parse(text) : Platform.Host;
            var puller = new ImagePuller(cli.Registries(parsed), cli.Store(parsed)) { Unpacks = parsed.GetValue(unpack) };
            if (parsed.GetValue(all) && parsed.GetValue(platform) is not null)
            {
                throw new UsageException("two-platforms", "--platform and --all-platforms contradict each other", "leave one of them away");
            }

            ResolvedImage image = await TransferProgressScope.RunAsync(cli, $"pulling {reference.Familiar}", parsed.GetValue(quiet), async progress => parsed.GetValue(all)
                ? (await puller.PullAllAsync(reference, progress, token))[0]
                : await puller.PullAsync(reference, wanted, progress, token));
            if (!parsed.GetValue(quiet))
            {
                await cli.Error.WriteLineAsync($"digest {image.Target.Digest}");
            }

            await cli.Out.WriteLineAsync(reference.ToString());
            return 0;
        });
        return command;
    }
}
