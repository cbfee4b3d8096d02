using System.Collections.Immutable;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Files;
using Slipway.Images.Archives;
using Slipway.Images.Compression;
using Slipway.Images.Export;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Sandbox.Hosts;

namespace Slipway.Cli.Commands.Images.Outputs;

/// <summary>Writes what a build made to where <c>--output</c>, <c>--push</c> and <c>-t</c> say.</summary>
internal sealed class BuildOutputs(ImageStore store, Func<Registries> registries, TimeProvider clock, IBuildProgress progress, Func<StepId> nextStep)
{
    /// <param name="built">The result, in the store but not listed.</param>
    /// <param name="outputs">Where it goes.</param>
    /// <param name="names">The names of <c>-t</c>.</param>
    /// <param name="cancellationToken">Gives up; no destination is then half written.</param>
    /// <returns>The result in the form that the last output gave it.</returns>
    public async Task<BuiltImage> WriteAsync(
        BuiltImage built, ImmutableArray<OutputSpec> outputs, ImmutableArray<ImageReference> names, CancellationToken cancellationToken)
    {
        BuiltImage result = built;
        bool listed = outputs.Length == 0 || outputs.Any(output => output is { Kind: OutputKind.Docker, Destination: null });
        if (listed || !names.IsEmpty)
        {
            await ListAsync(built, names, cancellationToken);
        }

        foreach (OutputSpec output in outputs)
        {
            ImmutableArray<ImageReference> called = output.Names.IsEmpty ? names : output.Names;
            result = output.Kind switch
            {
                OutputKind.Local or OutputKind.Tar => await StepAsync($"exporting files to {Shown(output)}", _ => FilesAsync(built, output, cancellationToken)),
                OutputKind.Oci => await StepAsync($"exporting an OCI image to {Shown(output)}", step => ArchiveAsync(built, output, called, ArchiveFormat.Oci, step, cancellationToken)),
                OutputKind.Docker when output.Destination is not null =>
                    await StepAsync($"exporting a docker image to {Shown(output)}", step => ArchiveAsync(built, output, called, ArchiveFormat.Docker, step, cancellationToken)),
                _ => await ImageAsync(built, output, called, cancellationToken),
            };
        }

        return result;
    }

    private static string Shown(OutputSpec output) => output.ToStandardOutput ? "standard output" : output.Destination!;

    private async Task ListAsync(BuiltImage built, ImmutableArray<ImageReference> names, CancellationToken cancellationToken)
    {
        if (names.IsEmpty)
        {
            await store.AddAsync(built.Target, cancellationToken);
        }

        foreach (ImageReference name in names)
        {
            await store.TagAsync(name, built.Target, cancellationToken);
        }
    }

    // A tar says owners whoever writes it. In a folder, rootless, they would be ids whose files the user cannot even remove: everything is the user's there.
    private async Task<BuiltImage> FilesAsync(BuiltImage built, OutputSpec output, CancellationToken cancellationToken)
    {
        var tar = new FileSystemTar(store.Layers, keepOwners: output.Kind == OutputKind.Tar || !Rootless.IsActive);
        ExportedTree[] trees = [.. built.Images.Select(image => new ExportedTree(built.IsIndex ? image.Config.Platform.ToString().Replace('/', '_') : "", image.Config.DiffIds))];
        if (output.Kind == OutputKind.Local)
        {
            await FolderExport.WriteAsync((stream, token) => tar.WriteAsync(trees, stream, token), Path.GetFullPath(output.Destination!), Rootless.IsActive, cancellationToken);
        }
        else if (output.ToStandardOutput)
        {
            await using Stream stream = Console.OpenStandardOutput();
            await tar.WriteAsync(trees, stream, cancellationToken);
        }
        else
        {
            await AtomicFile.WriteAsync(Path.GetFullPath(output.Destination!), stream => tar.WriteAsync(trees, stream, cancellationToken));
        }

        return built;
    }

    private async Task<BuiltImage> ArchiveAsync(
        BuiltImage built, OutputSpec output, ImmutableArray<ImageReference> names, ArchiveFormat format, StepId step, CancellationToken cancellationToken)
    {
        ImageForm form = output.Form.Compression is null ? output.Form with { Compression = CompressionKind.Gzip } : output.Form;
        BuiltImage formed = await FormAsync(built, form, output, cancellationToken);
        ArchivedImage[] images = [new ArchivedImage(formed.Images[0], [.. names]) { Platforms = formed.Images }];
        var transfers = new StepTransfers(progress, step);
        var writer = new ImageArchiveWriter(store, clock);
        if (!output.AsTar)
        {
            await new OciLayoutWriter(store, clock).WriteAsync(images, Path.GetFullPath(output.Destination!), transfers, cancellationToken);
        }
        else if (output.ToStandardOutput)
        {
            await using Stream stream = Console.OpenStandardOutput();
            await writer.WriteAsync(images, format, CompressionKind.None, stream, transfers, cancellationToken);
        }
        else
        {
            await writer.WriteAsync(images, format, ImageArchiveWriter.CompressionFor(output.Destination!), output.Destination!, transfers, cancellationToken);
        }

        return formed;
    }

    private async Task<BuiltImage> ImageAsync(BuiltImage built, OutputSpec output, ImmutableArray<ImageReference> names, CancellationToken cancellationToken)
    {
        // A single image is brought into its form while it is pushed.
        BuiltImage formed = output.HasForm && (built.IsIndex || !output.Push) ? await FormAsync(built, output.Form, output, cancellationToken) : built;
        if (!output.Push)
        {
            await ListAsync(formed, names, cancellationToken);
            return formed;
        }

        foreach (ImageReference name in names)
        {
            Descriptor pushed = await StepAsync($"pushing {name.Familiar}", step => PushAsync(formed, name, output.Form, new StepTransfers(progress, step), cancellationToken));
            formed = formed with { Target = pushed };
        }

        return formed;
    }

    private async Task<Descriptor> PushAsync(BuiltImage built, ImageReference name, ImageForm form, StepTransfers transfers, CancellationToken cancellationToken)
    {
        if (!built.IsIndex)
        {
            return await new ImagePusher(registries(), store).PushAsync(built.Images[0], name, form, transfers, cancellationToken);
        }

        return await new IndexPusher(registries(), store).PushAsync(built.Target, built.Images, name, form, transfers, cancellationToken);
    }

    private async Task<BuiltImage> FormAsync(BuiltImage built, ImageForm form, OutputSpec output, CancellationToken cancellationToken)
    {
        List<StoredImage> images = [];
        foreach (StoredImage image in built.Images)
        {
            images.Add(await form.ApplyAsync(store, image with { Target = image.ManifestDescriptor }, cancellationToken));
        }

        return await BuiltImage.OfAsync(store, images, output.IndexAnnotations, cancellationToken);
    }

    private async Task<T> StepAsync<T>(string label, Func<StepId, Task<T>> work)
    {
        StepId step = nextStep();
        long started = clock.GetTimestamp();
        progress.Report(new StepStarted(step, label));
        try
        {
            T result = await work(step);
            progress.Report(new StepFinished(step, clock.GetElapsedTime(started)));
            return result;
        }
        catch (Exception e)
        {
            progress.Report(e is OperationCanceledException ? new StepCancelled(step)
                : new StepFailed(step, clock.GetElapsedTime(started), e is Foundation.Text.DiagnosticException mistake ? mistake.Diagnostics[0].Message : e.Message));
            throw;
        }
    }
}
