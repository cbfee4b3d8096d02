using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Build.Frontend;

/// <summary>What instructions of a stage do with virtual stages (<see cref="IVirtualStages"/>, docs/decisions/0116).</summary>
internal sealed class VirtualInstructions(DockerfilePlanner planner, StageState state)
{
    private readonly IVirtualStages? _stages = planner.Options.VirtualStages;

    /// <summary>Whether a name stands for a virtual stage.</summary>
    public bool Knows(string name) => _stages is not null && !planner.Options.NamedContexts.ContainsKey(name) && _stages.Knows(name);

    /// <summary>A virtual stage's files by themselves, for what takes only some of them.</summary>
    public async Task<FileSource> SourceAsync(Instruction instruction, string name, TextSpan span, CancellationToken cancellationToken) =>
        Source(instruction, name, await OpenAsync(instruction, name, span, cancellationToken));

    /// <summary>
    /// <c>COPY --from</c> a virtual stage. The whole folder gets to its place as the layers that it is made of, and its variables with it, unless a flag asks for other files.
    /// </summary>
    /// <returns>Where the files are copied from; null when everything is done already.</returns>
    public async Task<CopyFromVirtual?> CopyAsync(CopyInstruction copy, Word name, CancellationToken cancellationToken)
    {
        IVirtualStage stage = await OpenAsync(copy, name.Text, name.Span, cancellationToken);
        bool isWhole = false;
        foreach (Word source in copy.Sources)
        {
            isWhole |= IsWhole(copy, source, name.Text, stage.Folder);
        }

        bool isPlain = copy is { Parents: false, Chown: null, Chmod: null, Excludes.Count: 0, InlineFiles.Count: 0, Sources.Count: 1 };
        if (!isWhole || !isPlain)
        {
            return new CopyFromVirtual(Source(copy, name.Text, stage), isWhole ? () => SetVariablesAsync(name.Text, stage, cancellationToken) : () => Task.CompletedTask);
        }

        Append(copy, name.Text, stage);
        await SetVariablesAsync(name.Text, stage, cancellationToken);
        return null;
    }

    /// <summary><c>FROM</c> a virtual stage: its layers on the image that the state began with, its variables and its command.</summary>
    public async Task BeginAsync(FromInstruction from, string name, CancellationToken cancellationToken)
    {
        IVirtualStage stage = await OpenAsync(from, name, from.Image.Span, cancellationToken);
        Append(from, name, stage);
        await SetVariablesAsync(name, stage, cancellationToken);
        SetVariables(name, stage.ImageVariables);
        if (stage.Command.Count > 0)
        {
            state.Config = state.Config with { Cmd = stage.Command, Entrypoint = [] };
        }
    }

    private Task<IVirtualStage> OpenAsync(Instruction instruction, string name, TextSpan span, CancellationToken cancellationToken) =>
        At(instruction, name, span).LocateAsync(() => _stages!.OpenAsync(name, Below(), state.Image.Platform, cancellationToken));

    private static StepOrigin At(Instruction instruction, string name, TextSpan span) => new(new StageLabel(name), 1, $"FROM {name}", instruction.Source, span);

    private BaseImage? Below()
    {
        Operation root = state.FileSystem;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        return (root as ImageOperation)?.Image;
    }

    private void Append(Instruction instruction, string name, IVirtualStage stage)
    {
        for (Operation? below = state.FileSystem; below is not null; below = below.Parent)
        {
            if (planner.VirtualFolders.TryGetValue(below, out (string Name, string Folder) there) && there.Folder == stage.Folder && there.Name != name)
            {
                throw new DiagnosticException(new Diagnostic(
                    Severity.Error, "two-environments", $"{stage.Folder} holds {there.Name} already, and two environments cannot be laid over each other", instruction.Source, instruction.Span,
                    "write what both want into one file, or copy them into stages of their own"));
            }
        }

        foreach (VirtualLayer layer in stage.Layers)
        {
            var origin = new StepOrigin(state.Label, state.Label.NextStep(), $"{name}: {layer.Title}", instruction.Source, instruction.Span);
            state.Append(new LayerOperation(origin, state.FileSystem, layer.Source), $"{layer.Title} ({name})");
        }

        planner.VirtualFolders[state.FileSystem] = (name, stage.Folder);
    }

    private async Task SetVariablesAsync(string name, IVirtualStage stage, CancellationToken cancellationToken)
    {
        var before = state.Scope.Environment.Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        SetVariables(name, await stage.VariablesAsync(before, cancellationToken));
    }

    private void SetVariables(string name, IReadOnlyDictionary<string, string> variables)
    {
        foreach ((string variable, string value) in variables)
        {
            if (state.Scope.Lookup(variable) != value)
            {
                state.Scope.SetEnvironment(variable, value);
                state.Remember($"ENV {variable}={value} ({name})");
            }
        }
    }

    private static OperationSource Source(Instruction instruction, string name, IVirtualStage stage)
    {
        var label = new StageLabel(name);
        Operation top = new ScratchOperation(new StepOrigin(label, label.NextStep(), $"FROM {name}", instruction.Source, instruction.Span));
        foreach (VirtualLayer layer in stage.Layers)
        {
            top = new LayerOperation(new StepOrigin(label, label.NextStep(), layer.Title, instruction.Source, instruction.Span), top, layer.Source);
        }

        return new OperationSource(name, top);
    }

    // Whether the whole folder is copied, which is only possible to its own place.
    private bool IsWhole(CopyInstruction copy, Word written, string name, string folder)
    {
        string text = state.Expand(copy, written), source = "/" + PathResolver.Clean(text);
        if (source != "/" && !LayerPath.IsWithin(folder, source))
        {
            return LayerPath.IsWithin(source, folder) || text.AsSpan().ContainsAny("*?[\\") ? false : throw Wrong(
                "not-in-environment", $"{name} has nothing but {folder}, and {source} is outside of it", written, $"copy {folder}, or something below it");
        }

        string destination = state.Absolute(state.Expand(copy, copy.Destination));
        string place = "/" + PathResolver.Clean(destination + folder[(copy.Parents || source == "/" ? 0 : source.Length)..]);
        return place == folder ? true : throw Wrong(
            "wrong-prefix", $"an environment works only where it was made for, which is {folder}, and this would put it into {place}", copy.Destination, $"write COPY --from={name} {folder} {folder}");

        DiagnosticException Wrong(string code, string message, Word at, string help) => new(new Diagnostic(Severity.Error, code, message, copy.Source, at.Span, help));
    }
}

/// <summary>What is left of a COPY from a virtual stage.</summary>
/// <param name="From">Where the files are.</param>
/// <param name="Then">To be done once they are copied.</param>
internal sealed record CopyFromVirtual(FileSource From, Func<Task> Then);
