using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Cli.Rendering;
using Slipway.Cli.Rendering.Templates;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>images</c> and <c>image ls</c>.</summary>
internal static class ListCommand
{
    private static readonly Dictionary<string, string> Headings = new()
    {
        ["Repository"] = "REPOSITORY", ["Tag"] = "TAG", ["ID"] = "IMAGE ID", ["CreatedSince"] = "CREATED", ["CreatedAt"] = "CREATED AT", ["Size"] = "SIZE", ["Digest"] = "DIGEST",
    };

    public static Command Create(CliContext cli, string verb, params string[] aliases)
    {
        var name = new Argument<string?>("NAME") { Description = "Only images of this repository, or this name", Arity = ArgumentArity.ZeroOrOne };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print only ids" };
        var all = new Option<bool>("--all", "-a") { Description = "Accepted for docker's sake: there are no intermediate images" };
        var noTrunc = new Option<bool>("--no-trunc") { Description = "Do not shorten ids" };
        var digests = new Option<bool>("--digests") { Description = "Show digests" };
        var format = new Option<string?>("--format") { Description = "json, table TEMPLATE, or a template such as {{.Repository}}", HelpName = "FORMAT" };
        var command = new Command(verb, "List images") { name, quiet, all, noTrunc, digests, format };
        foreach (string alias in aliases)
        {
            command.Aliases.Add(alias);
        }

        command.SetAction(async (parsed, token) =>
        {
            IReadOnlyList<StoredImage> images = await cli.Store(parsed).ListAsync(Platform.Host, token);
            JsonObject[] rows = [.. Filter(images, parsed.GetValue(name)).Select(r => Row(cli, r.Image, r.Name, parsed.GetValue(noTrunc)))];
            string columns = parsed.GetValue(digests)
                ? @"table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
                : @"table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
            await cli.Out.WriteAsync(parsed.GetValue(quiet)
                ? string.Concat(rows.Select(r => r["ID"]!.GetValue<string>()).Distinct().Select(id => id + "\n"))
                : ListFormat.Render(parsed.GetValue(format) ?? columns, rows, Headings));
            return 0;
        });
        return command;
    }

    private static IEnumerable<(StoredImage Image, ImageReference? Name)> Filter(IReadOnlyList<StoredImage> images, string? wanted)
    {
        IEnumerable<(StoredImage, ImageReference?)> all = images.SelectMany(i =>
            i.Names.Count == 0 ? [(i, (ImageReference?)null)] : i.Names.Select(n => (i, (ImageReference?)n)));
        if (wanted is null)
        {
            return all;
        }

        ImageReference reference = ImageReference.Parse(wanted);
        bool exact = wanted[(wanted.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal);
        return all.Where(r => r.Item2 is { } name && name.Name == reference.Name && (!exact || name.Tag == reference.Tag));
    }

    private static JsonObject Row(CliContext cli, StoredImage image, ImageReference? name, bool whole) => new()
    {
        ["Repository"] = name is null ? "<none>" : name.WithTag("latest").Familiar is var familiar ? familiar[..familiar.LastIndexOf(':')] : "",
        ["Tag"] = name?.Tag ?? "<none>",
        ["ID"] = whole ? image.Id.ToString() : image.Id.Short,
        ["Digest"] = image.Target.Digest.ToString(),
        ["CreatedAt"] = image.Config.Created?.ToString("yyyy-MM-dd HH:mm:ss zzz") ?? "",
        ["CreatedSince"] = Since(cli, image),
        ["Size"] = Amounts.Bytes(image.Size),
    };

    // An image is reproducible, so its own time says nothing; when it was named here is what a person wants to know.
    private static string Since(CliContext cli, StoredImage image) =>
        (image.TaggedAt ?? image.Config.Created) is { } time ? Amounts.Ago(cli.Clock.GetUtcNow() - time) : "";
}
