using System.Collections.Immutable;
using System.CommandLine;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Export;
using Slipway.Images.Model;

namespace Slipway.Cli.Commands.Images.Outputs;

/// <summary>Reads <c>--output</c>, written as BuildKit has it: <c>type=TYPE,dest=…,…</c>, or just a folder or <c>-</c>.</summary>
internal static class OutputReader
{
    private const string Types = "local, tar, oci, docker, registry, image";
    private static readonly string[] s_keys =
        ["type", "dest", "name", "push", "tar", "compression", "compression-level", "force-compression", "oci-mediatypes"];

    public static ImmutableArray<OutputSpec> Read(
        BuildFlags flags, ParseResult parsed, ImmutableArray<ImageReference> names, IReadOnlyCollection<Platform> platforms)
    {
        Annotations common = Annotations.OfFlag(parsed.GetValue(flags.Annotation) ?? []);
        List<OutputSpec> outputs = [.. (parsed.GetValue(flags.Output) ?? []).Select(text => Read(text, common))];
        if (parsed.GetValue(flags.Push))
        {
            ImageForm form = flags.Compression.Form(parsed);
            outputs.Add(WithAnnotations(new OutputSpec(OutputKind.Image) { Push = true, Text = "--push", Form = form, HasForm = flags.Compression.IsGiven(parsed) }, common));
        }
        else if (flags.Compression.IsGiven(parsed))
        {
            throw new UsageException("no-compression-here", "--compression is for build --push", "write -o type=…,compression=… for other outputs");
        }

        if (outputs.Count == 0 && !common.IsEmpty)
        {
            outputs.Add(WithAnnotations(new OutputSpec(OutputKind.Image) { Text = "--annotation" }, common));
        }

        if (names.IsEmpty && outputs.FirstOrDefault(output => output is { Push: true, Names.IsEmpty: true }) is { } nameless)
        {
            throw new UsageException("nothing-to-push", $"{nameless.Text} needs a name to push to", "add -t REGISTRY/NAME:TAG, or name= to the output");
        }

        if (outputs.Count(output => output.ToStandardOutput) is var streams && streams > 1)
        {
            throw new UsageException("two-outputs", $"{streams} outputs cannot all go to standard output", "give dest=FILE to the others");
        }

        if (streams == 1 && !Console.IsOutputRedirected)
        {
            throw new UsageException("output-is-terminal", "an archive is not for a terminal", "name a file with dest=FILE, or redirect standard output");
        }

        return platforms.Count > 1 && outputs.FirstOrDefault(output => output.Kind == OutputKind.Docker && output.Destination is not null) is { } single
            ? throw new UsageException("several-platforms", $"{single.Text}: a docker archive holds one platform, and {platforms.Count} are built", "use type=oci, or build one platform")
            : [.. outputs];
    }

    private static OutputSpec Read(string text, Annotations common)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return text.Length == 0 ? throw new UsageException("bad-output", "--output: expected a folder, - or type=…")
                : new OutputSpec(text == "-" ? OutputKind.Tar : OutputKind.Local) { Destination = text, Text = text };
        }

        var fields = new OutputFields(text, s_keys);
        OutputSpec spec = OfType(fields) with
        {
            Text = text,
            Names = [.. (fields.Text("name") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ImageReference.Parse)],
            AsTar = fields.Switch("tar", true),
            Destination = fields.Text("dest"),
            HasForm = fields.HasAny("compression", "compression-level", "force-compression", "oci-mediatypes"),
            Form = new ImageForm
            {
                Compression = Compression(fields),
                Force = fields.Switch("force-compression", false),
                DockerTypes = !fields.Switch("oci-mediatypes", true),
            },
        };
        return WithAnnotations(Checked(spec, fields), common.With(fields.Annotations));
    }

    private static OutputSpec OfType(OutputFields fields) => fields.Text("type") switch
    {
        "local" => new OutputSpec(OutputKind.Local),
        "tar" => new OutputSpec(OutputKind.Tar),
        "oci" => new OutputSpec(OutputKind.Oci),
        "docker" => new OutputSpec(OutputKind.Docker),
        "image" => new OutputSpec(OutputKind.Image) { Push = fields.Switch("push", false) },
        "registry" => new OutputSpec(OutputKind.Image) { Push = true },
        null => throw new UsageException("bad-output", $"--output {fields.Whole}: type= is missing", $"the types are {Types}"),
        var other => throw new UsageException(
            "bad-output", $"--output {fields.Whole}: there is no type {other}",
            Suggestion.Nearest(other, Types.Split(", ")) is { } near ? $"did you mean type={near}?" : $"the types are {Types}"),
    };

    private static OutputSpec Checked(OutputSpec spec, OutputFields fields)
    {
        switch (spec.Kind)
        {
            case OutputKind.Local when spec.Destination is null or "-":
                throw new UsageException("bad-output", $"--output {fields.Whole}: dest= must name a folder", "write type=local,dest=FOLDER; for a tar on standard output: -o -");
            case OutputKind.Image when spec.Destination is not null:
                throw new UsageException("bad-output", $"--output {fields.Whole}: an image of the store has no dest", "for an archive use type=oci or type=docker");
            case OutputKind.Oci when !spec.AsTar && spec.Destination is null or "-":
                throw new UsageException("bad-output", $"--output {fields.Whole}: dest= must name a folder", "write type=oci,tar=false,dest=FOLDER");
            case OutputKind.Tar or OutputKind.Oci when spec.Destination is null:
                return spec with { Destination = "-" };
            case OutputKind.Docker when !spec.AsTar:
                throw new UsageException("bad-output", $"--output {fields.Whole}: tar=false is for type=oci", "a docker archive is always one file");
        }

        if (spec.Destination is { } file && file != "-" && spec.AsTar && spec.Kind is OutputKind.Tar or OutputKind.Oci or OutputKind.Docker && Directory.Exists(spec.Destination))
        {
            throw new UsageException("bad-output", $"--output {fields.Whole}: {spec.Destination} is a folder", $"name a file, for example dest={Path.Combine(spec.Destination!, "image.tar")}");
        }

        return spec;
    }

    private static LayerCompression? Compression(OutputFields fields)
    {
        string? level = fields.Text("compression-level");
        return fields.Text("compression") is { } kind
            ? CompressionFlags.Read(kind, level, $"--output {fields.Whole}")
            : level is null ? null : CompressionFlags.Read("gzip", level, $"--output {fields.Whole}");
    }

    private static OutputSpec WithAnnotations(OutputSpec spec, Annotations annotations) => annotations.IsEmpty ? spec : spec with
    {
        HasForm = true,
        IndexAnnotations = annotations.Index,
        Form = spec.Form with { Annotations = annotations.Manifest, DescriptorAnnotations = annotations.ManifestDescriptor },
    };
}
