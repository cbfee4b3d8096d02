using System.CommandLine;
using Slipway.Images.Export;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Manifests;

/// <summary><c>manifest</c>: looks at manifests, and puts indexes of several platforms together, in docker's words.</summary>
internal static class ManifestCommand
{
    public static Command Create(CliContext cli) => new("manifest", "Look at manifests, and put images of several platforms together")
    {
        ManifestInspectCommand.Create(cli), CreateList(cli), Annotate(cli), Push(cli), Remove(cli),
    };

    private static Command CreateList(CliContext cli)
    {
        Argument<string> list = List();
        var members = new Argument<string[]>("IMAGE") { Description = "Images of the store or of registries", Arity = ArgumentArity.OneOrMore };
        var amend = new Option<bool>("--amend", "-a") { Description = "Add to an index that exists" };
        Option<bool> insecure = Insecure();
        var command = new Command("create", "Make an index of images, in the store") { list, members, amend, insecure };
        command.SetAction(async (parsed, token) =>
        {
            ImageReference name = ImageReference.Parse(parsed.GetValue(list)!);
            await Lists(cli, parsed).CreateAsync(name, [.. parsed.GetValue(members)!.Select(ImageReference.Parse)], parsed.GetValue(amend), token);
            await cli.Out.WriteLineAsync($"Created manifest list {name}");
            return 0;
        });
        return command;
    }

    private static Command Annotate(CliContext cli)
    {
        Argument<string> list = List();
        var member = new Argument<string>("IMAGE") { Description = "An image of the index" };
        var os = new Option<string?>("--os") { Description = "Its operating system", HelpName = "OS" };
        var architecture = new Option<string?>("--arch") { Description = "Its processor", HelpName = "ARCHITECTURE" };
        var variant = new Option<string?>("--variant") { Description = "The processor's variant, such as v7", HelpName = "VARIANT" };
        var version = new Option<string?>("--os-version") { Description = "The operating system's version", HelpName = "VERSION" };
        var command = new Command("annotate", "Say for which platform an image of an index is") { list, member, os, architecture, variant, version };
        command.SetAction(async (parsed, token) =>
        {
            await Lists(cli, parsed).AnnotateAsync(
                ImageReference.Parse(parsed.GetValue(list)!),
                ImageReference.Parse(parsed.GetValue(member)!),
                platform => platform with
                {
                    Os = parsed.GetValue(os) ?? platform.Os,
                    Architecture = parsed.GetValue(architecture) ?? platform.Architecture,
                    Variant = parsed.GetValue(variant) ?? platform.Variant,
                    OsVersion = parsed.GetValue(version) ?? platform.OsVersion,
                },
                token);
            return 0;
        });
        return command;
    }

    private static Command Push(CliContext cli)
    {
        Argument<string> list = List();
        var purge = new Option<bool>("--purge", "-p") { Description = "Remove the index from the store afterwards" };
        Option<bool> insecure = Insecure();
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Show no progress" };
        var command = new Command("push", "Send an index and its images to a registry") { list, purge, insecure, quiet };
        command.SetAction(async (parsed, token) =>
        {
            ImageReference name = ImageReference.Parse(parsed.GetValue(list)!);
            ManifestLists lists = Lists(cli, parsed);
            await lists.ReadAsync(name, token);
            ImageStore store = cli.Store(parsed);
            Descriptor target = store.FindTarget(name)!;
            IReadOnlyList<StoredImage> images = await store.LoadPlatformsAsync(target, token);
            Descriptor pushed = await TransferProgressScope.RunAsync(
                cli, $"pushing {name.Familiar}", parsed.GetValue(quiet),
                progress => new IndexPusher(cli.Registries(parsed), store).PushAsync(target, images, name, new ImageForm(), progress, token));
            if (parsed.GetValue(purge))
            {
                await lists.RemoveAsync(name, token);
            }

            await cli.Out.WriteLineAsync(pushed.Digest.ToString());
            return 0;
        });
        return command;
    }

    private static Command Remove(CliContext cli)
    {
        var names = new Argument<string[]>("LIST") { Description = "Indexes in the store", Arity = ArgumentArity.OneOrMore };
        var command = new Command("rm", "Remove indexes from the store") { names };
        command.SetAction(async (parsed, token) =>
        {
            foreach (string name in parsed.GetValue(names)!)
            {
                await Lists(cli, parsed).RemoveAsync(ImageReference.Parse(name), token);
            }

            return 0;
        });
        return command;
    }

    internal static ManifestLists Lists(CliContext cli, ParseResult parsed) => new(cli.Registries(parsed), cli.Store(parsed));

    internal static Option<bool> Insecure() => new("--insecure") { Description = "Accepted for docker's sake; use --insecure-registry HOST" };

    private static Argument<string> List() => new("LIST") { Description = "The index by name, as it will be pushed" };
}
