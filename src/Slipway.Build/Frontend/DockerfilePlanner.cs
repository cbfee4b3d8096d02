using System.Collections.Immutable;
using Slipway.Build.Graph;
using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Model;

namespace Slipway.Build.Frontend;

/// <summary>
/// Turns a Dockerfile into a plan. Only stages that the target needs are planned, so a stage nobody uses never asks for its base image.
/// One planner makes one plan.
/// </summary>
public sealed class DockerfilePlanner
{
    private readonly DockerfileDocument _document;
    private readonly PlanOptions _options;
    private readonly IBaseImages _images;
    private readonly ResolvedDockerfile _file;
    private readonly Dictionary<int, PlannedStage> _planned = [];
    private readonly List<int> _underWay = [];
    private readonly List<Diagnostic> _warnings = [];
    private readonly List<PlannedDecision> _decisions = [];
    private readonly List<Diagnostic> _missing = [];
    private readonly HashSet<string> _usedArguments = [];

    private DockerfilePlanner(DockerfileDocument document, PlanOptions options, IBaseImages images)
    {
        (_document, _options, _images) = (document.ThrowIfErrors(), options, images);
        _file = document.Resolve(options.BuildArguments, PlatformArguments());
    }

    internal PlanOptions Options => _options;

    /// <summary>After which operation a file system has the folder of a virtual stage: the stage's name and the folder.</summary>
    internal Dictionary<Operation, (string Name, string Folder)> VirtualFolders { get; } = [];

    internal WordExpander Expander => new(_document.EscapeCharacter);

    /// <exception cref="DiagnosticException">The recipe is wrong, or a base image cannot be found; all that could be found at once.</exception>
    public static async Task<Plan> PlanAsync(
        DockerfileDocument document, PlanOptions options, IBaseImages images, CancellationToken cancellationToken)
    {
        var planner = new DockerfilePlanner(document, options, images);
        return await planner.PlanAsync(cancellationToken);
    }

    private async Task<Plan> PlanAsync(CancellationToken cancellationToken)
    {
        foreach (Slipway.Dockerfile.BranchDecision decision in _file.Decisions)
        {
            Record(decision.Branch?.Syntax.StartLine, decision.Explanation, decision.Taken);
        }

        Stage target = FindTarget();
        PlannedStage planned = await StageAsync(target, cancellationToken);
        WarnOfUnusedArguments();
        return new Plan
        {
            Target = planned with { Config = WithLabels(planned.Config) },
            Stages = [.. _planned.Values.OrderBy(s => s.Index)],
            Decisions = [.. _decisions],
            Warnings = [.. _warnings],
            Missing = [.. _missing],
        };
    }

    /// <summary>The plan of a stage, made once.</summary>
    internal async Task<PlannedStage> StageAsync(Stage stage, CancellationToken cancellationToken)
    {
        if (_planned.TryGetValue(stage.Index, out PlannedStage? known))
        {
            return known;
        }

        if (_underWay.Contains(stage.Index))
        {
            throw Cycle(stage);
        }

        _underWay.Add(stage.Index);
        PlannedStage planned = await new StagePlanner(this, stage).PlanAsync(cancellationToken);
        _underWay.Remove(stage.Index);
        _planned[stage.Index] = planned;
        return planned;
    }

    /// <summary>A stage by name or number; null when there is none.</summary>
    /// <param name="name">As written after --from or FROM; letter case does not matter.</param>
    /// <param name="before">Only stages before this one are found.</param>
    internal Stage? FindStage(string name, int before)
    {
        Stage? named = _file.Stages.Take(before).LastOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));
        return named ?? (int.TryParse(name, out int index) && index >= 0 && index < Math.Min(before, _file.Stages.Count) ? _file.Stages[index] : null);
    }

    internal IReadOnlyList<Stage> AllStages => _file.Stages;

    /// <summary>The value of a global argument or a platform argument.</summary>
    internal string? Global(string name)
    {
        _usedArguments.Add(name);
        return _file.LookupGlobal(name);
    }

    /// <summary>The value given with --build-arg; from now on the argument counts as used.</summary>
    internal string? BuildArgument(string name)
    {
        _usedArguments.Add(name);
        return _options.BuildArguments.GetValueOrDefault(name);
    }

    internal void Warn(Diagnostic warning) => _warnings.Add(warning);

    internal void Record(int? line, string explanation, bool taken) =>
        _decisions.Add(new PlannedDecision(line ?? 0, $"{explanation} -> {(taken ? "taken" : "not taken")}"));

    /// <summary>Resolves an image for a step; a failure is shown at the step.</summary>
    internal async Task<BaseImage> ImageAsync(string name, Platform platform, StepOrigin origin, CancellationToken cancellationToken)
    {
        try
        {
            return await origin.LocateAsync(() => OciLayoutName.TryParse(name, out OciLayoutName? layout)
                ? _images.ResolveAsync(layout, platform, cancellationToken)
                : _images.ResolveAsync(ImageReference.Parse(name), platform, cancellationToken));
        }
        catch (DiagnosticException e) when (e.Diagnostics.All(d => d.Code == BaseImageOptions.OfflineCode))
        {
            // Planning goes on with an image that sets nothing, so that all that is missing is found at once.
            _missing.AddRange(e.Diagnostics);
            return new BaseImage(null, Digest.Of(name), new ImageConfig { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant }, []);
        }
    }

    private Stage FindTarget()
    {
        if (_file.Stages.Count == 0)
        {
            throw new DiagnosticException(new Diagnostic(
                Severity.Error, "no-stage", "no build stage: the file has no FROM that is taken", _document.Source, default,
                "start the file with FROM and a base image, for example FROM debian:bookworm-slim"));
        }

        if (_options.Target is not { Length: > 0 } name)
        {
            return _file.Stages[^1];
        }

        string? near = Suggestion.Nearest(name, _file.Stages.Select(s => s.Name).OfType<string>());
        return FindStage(name, _file.Stages.Count) ?? throw new DiagnosticException(new Diagnostic(
            Severity.Error, "unknown-target", $"target stage \"{name}\" could not be found", _document.Source, default,
            near is not null ? $"did you mean --target {near}?"
            : $"the stages are: {string.Join(", ", _file.Stages.Select(s => s.Name ?? s.Index.ToString()))}"));
    }

    private DiagnosticException Cycle(Stage stage)
    {
        IEnumerable<string> path = _underWay.SkipWhile(i => i != stage.Index).Append(stage.Index)
            .Select(i => _file.Stages[i].Name ?? i.ToString());
        return new DiagnosticException(new Diagnostic(
            Severity.Error, "circular-stages", $"circular dependency between stages: {string.Join(" -> ", path)}",
            _document.Source, stage.From.Span, "let one of them take its files from an earlier stage only"));
    }

    private void WarnOfUnusedArguments()
    {
        string[] unused = [.. _options.BuildArguments.Keys
            .Where(n => !_usedArguments.Contains(n) && !ArgumentScope.IsProxy(n) && !IsDeclaredGlobally(n)
                && !n.StartsWith("BUILDKIT_", StringComparison.Ordinal) && n != "SOURCE_DATE_EPOCH")
            .Order(StringComparer.Ordinal)];
        foreach (string name in unused)
        {
            string? near = Suggestion.Nearest(name, DeclaredNames().Where(n => n != name));
            _warnings.Add(new Diagnostic(
                Severity.Warning, "unused-build-arg", $"the build argument \"{name}\" was given but no stage that is built declares it",
                Help: near is null ? $"add \"ARG {name}\" to the stage that needs it" : $"did you mean {near}?"));
        }
    }

    private bool IsDeclaredGlobally(string name) => _file.GlobalArguments.Any(a => a.Name == name);

    private IEnumerable<string> DeclaredNames() => _file.GlobalArguments.Select(a => a.Name)
        .Concat(_file.Stages.SelectMany(s => s.Body).OfType<ArgInstruction>().SelectMany(a => a.Arguments).Select(a => a.Name));

    private ImageConfig WithLabels(ImageConfig config)
    {
        if (_options.Labels.IsEmpty)
        {
            return config;
        }

        var labels = new SortedDictionary<string, string>(config.Config.Labels.ToDictionary(), StringComparer.Ordinal);
        foreach ((string name, string value) in _options.Labels)
        {
            labels[name] = value;
        }

        return config with { Config = config.Config with { Labels = labels } };
    }

    private Dictionary<string, string> PlatformArguments()
    {
        Dictionary<string, string> arguments = [];
        Add("TARGET", _options.Platform);
        Add("BUILD", _options.BuildPlatform);
        arguments["TARGETSTAGE"] = _options.Target ?? "default";
        return arguments;

        void Add(string prefix, Platform platform)
        {
            arguments[prefix + "PLATFORM"] = platform.ToString();
            arguments[prefix + "OS"] = platform.Os;
            arguments[prefix + "OSVERSION"] = platform.OsVersion ?? "";
            arguments[prefix + "ARCH"] = platform.Architecture;
            arguments[prefix + "VARIANT"] = platform.Variant ?? "";
        }
    }
}
