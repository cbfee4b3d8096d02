using Slipway.Build.Graph;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Build.Frontend;

/// <summary>Plans one stage: finds its base, then takes its instructions one after another, deciding conditionals on the way.</summary>
internal sealed class StagePlanner(DockerfilePlanner planner, Slipway.Dockerfile.Stage stage)
{
    private readonly StageLabel _label = new(stage.Name ?? $"stage-{stage.Index}");
    private readonly List<Diagnostic> _errors = [];

    public async Task<PlannedStage> PlanAsync(CancellationToken cancellationToken)
    {
        StageState state = await StartAsync(cancellationToken);
        await TriggersAsync(state, cancellationToken);
        await NodesAsync(state, stage.Body, cancellationToken);
        if (_errors.Count > 0)
        {
            throw new DiagnosticException(_errors);
        }

        return new PlannedStage(
            stage.Name ?? stage.Index.ToString(), stage.Index, state.FileSystem, state.Finish(), [.. state.History]);
    }

    private async Task<StageState> StartAsync(CancellationToken cancellationToken)
    {
        FromInstruction from = stage.From;
        string name = ExpandGlobal(from, from.Image);
        var origin = new StepOrigin(_label, _label.NextStep(), $"FROM {name}", from.Source, from.Span);
        if (name.Length == 0)
        {
            throw origin.Error(
                "empty-base", $"the base name ({from.Image.Text}) is blank",
                "give the ARG before FROM a default value, or pass it with --build-arg");
        }

        Platform platform = from.Platform is { } given ? PlatformOf(from, given, origin) : planner.Options.Platform;
        _label.Platform = planner.Options.ShowPlatform ? platform.ToString() : null;
        if (await NamedContextAsync(name, platform, origin, cancellationToken) is { } named)
        {
            return named;
        }

        if (planner.FindStage(name, stage.Index) is { } parent && !int.TryParse(name, out _))
        {
            PlannedStage planned = await planner.StageAsync(parent, cancellationToken);
            var same = new StageState(_label, planned.Config, planned.FileSystem, planner.Expander);
            same.History.AddRange(planned.History);
            return same;
        }

        if (planner.Options.VirtualStages is { } stages && stages.Knows(name))
        {
            string below = await origin.LocateAsync(() => stages.BaseAsync(name, platform, cancellationToken));
            StageState state = await FromImageAsync(below, platform, origin, cancellationToken);
            await new VirtualInstructions(planner, state).BeginAsync(from, name, cancellationToken);
            return state;
        }

        if (name == "scratch")
        {
            var empty = new ImageConfig
            {
                Os = platform.Os,
                Architecture = platform.Architecture,
                Variant = platform.Variant,
                Config = new ContainerConfig { WorkingDir = "/" },
            };
            return new StageState(_label, empty, new ScratchOperation(origin), planner.Expander);
        }

        return await FromImageAsync(name, platform, origin, cancellationToken);
    }

    private async Task<StageState?> NamedContextAsync(
        string name, Platform platform, StepOrigin origin, CancellationToken cancellationToken)
    {
        if (!planner.Options.NamedContexts.TryGetValue(name, out string? value))
        {
            return null;
        }

        if (value is not null)
        {
            return await FromImageAsync(PlanOptions.ImageOf(value), platform, origin, cancellationToken);
        }

        var copy = new CopyDefinition { Items = [new CopyItem(new ContextSource(name), "/")], Destination = "/" };
        var config = new ImageConfig { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant };
        return new StageState(_label, config, new CopyOperation(origin, new ScratchOperation(origin), copy), planner.Expander);
    }

    private async Task<StageState> FromImageAsync(string name, Platform platform, StepOrigin origin, CancellationToken cancellationToken)
    {
        BaseImage image = await planner.ImageAsync(name, platform, origin, cancellationToken);
        return new StageState(_label, image.Config, new ImageOperation(origin, image), planner.Expander);
    }

    // ONBUILD of the base runs first and is not handed on (dockerfile.md A2).
    private async Task TriggersAsync(StageState state, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> triggers = state.Config.OnBuild;
        state.Config = state.Config with { OnBuild = [] };
        foreach (string trigger in triggers)
        {
            await TryAsync(state, OnbuildInstruction.ParseTrigger(trigger, $"ONBUILD of {stage.From.Image.Text}"), cancellationToken);
        }
    }

    private async Task NodesAsync(StageState state, IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        foreach (Node node in nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node is IfNode choice)
            {
                await NodesAsync(state, Choose(state, choice), cancellationToken);
            }
            else
            {
                await TryAsync(state, (Instruction)node, cancellationToken);
            }
        }
    }

    private IReadOnlyList<Node> Choose(StageState state, IfNode choice)
    {
        foreach (IfBranch branch in choice.Branches)
        {
            bool taken;
            try
            {
                taken = branch.Condition.Evaluate(state.Scope.Lookup);
            }
            catch (Exception e) when (e is ExpansionException or FormatException)
            {
                _errors.Add(new Diagnostic(Severity.Error, "bad-condition", e.Message, branch.Syntax.Source, branch.Syntax.Span));
                return [];
            }

            planner.Record(branch.Syntax.StartLine, $"{branch.Syntax.Name} {branch.Condition.Explain(state.Scope.Lookup)}", taken);
            if (taken)
            {
                return branch.Nodes;
            }
        }

        if (choice.Else.Count > 0)
        {
            planner.Record(stage.From.Source.PositionAt(choice.Span.Start).Line, "ELSE", true);
        }

        return choice.Else;
    }

    // One wrong instruction does not hide the mistakes after it.
    private async Task TryAsync(StageState state, Instruction instruction, CancellationToken cancellationToken)
    {
        try
        {
            if (instruction is ArgInstruction arg)
            {
                Declare(state, arg);
            }
            else if (!ConfigInstructions.TryApply(state, instruction))
            {
                await new FileInstructions(planner, stage, state).ApplyAsync(instruction, cancellationToken);
            }
        }
        catch (DiagnosticException e)
        {
            _errors.AddRange(e.Diagnostics);
        }
    }

    private void Declare(StageState state, ArgInstruction arg)
    {
        List<string> shown = [];
        foreach (ArgDeclaration declaration in arg.Arguments)
        {
            string name = state.Expand(arg, new Word(declaration.Name, declaration.Span));
            string? value = planner.BuildArgument(name)
                ?? (declaration.Default is { } initial ? state.Expand(arg, initial) : planner.Global(name));
            if (value is not null)
            {
                state.Scope.SetArgument(name, value);
            }

            shown.Add(declaration.Default is null ? name : $"{name}={value}");
        }

        state.Remember("ARG " + string.Join(' ', shown));
    }

    private string ExpandGlobal(FromInstruction from, Word word) =>
        StageState.Guard(from, word.Span, () => planner.Expander.Expand(word.Text, planner.Global));

    private Platform PlatformOf(FromInstruction from, Word given, StepOrigin origin)
    {
        string text = ExpandGlobal(from, given);
        return Platform.TryParse(text, out Platform? platform) ? platform : throw origin.Error(
            "bad-platform", $"'{text}' is not a platform; expected os/arch or os/arch/variant",
            "write for example --platform=linux/amd64, or --platform=$BUILDPLATFORM");
    }
}
