using System.CommandLine;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>rmi</c> and <c>image rm</c>: takes names away; an image without names goes too.</summary>
internal static class RemoveCommand
{
    public static Command Create(CliContext cli, string verb, params string[] aliases)
    {
        var images = new Argument<string[]>("IMAGE") { Description = "Images by name or id", Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force", "-f") { Description = "Remove an image by id even when it has several names; say nothing of images that are not there" };
        var command = new Command(verb, "Remove images") { images, force };
        foreach (string alias in aliases)
        {
            command.Aliases.Add(alias);
        }

        command.SetAction(async (parsed, token) =>
        {
            ImageStore store = cli.Store(parsed);
            List<Diagnostic> problems = [];
            foreach (string name in parsed.GetValue(images)!)
            {
                try
                {
                    await RemoveAsync(cli, store, name, parsed.GetValue(force), token);
                }
                catch (DiagnosticException e)
                {
                    problems.AddRange(e.Diagnostics);
                }
            }

            return problems.Count == 0 || (parsed.GetValue(force) && problems.All(p => p.Code == "no-such-image")) ? 0 : throw new DiagnosticException(problems);
        });
        return command;
    }

    private static async Task RemoveAsync(CliContext cli, ImageStore store, string name, bool force, CancellationToken cancellationToken)
    {
        if (ImageReference.TryParse(name, out ImageReference? reference) && await store.UntagAsync(reference, cancellationToken))
        {
            await cli.Out.WriteLineAsync($"Untagged: {reference.Familiar}");
            return;
        }

        StoredImage image = await ImageLookup.FindAsync(store, name, cancellationToken);
        if (image.Names.Count > 1 && !force)
        {
            throw new DiagnosticException(
                "several-names", $"{name} has several names: {string.Join(", ", image.Names.Select(n => n.Familiar))}", "remove the names one by one, or all with --force");
        }

        await store.RemoveAsync(image, cancellationToken);
        foreach (ImageReference old in image.Names)
        {
            await cli.Out.WriteLineAsync($"Untagged: {old.Familiar}");
        }

        await cli.Out.WriteLineAsync($"Deleted: {image.Id}");
    }
}
