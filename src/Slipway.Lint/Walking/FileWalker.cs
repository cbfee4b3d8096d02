using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Lint;

/// <summary>Resolves the top of the file, shows every FROM to the rules, then walks the stages that are needed.</summary>
internal sealed class FileWalker(DockerfileDocument document, LintOptions options, LintCollector found)
{
    private static readonly Dictionary<string, string> NoArguments = [];
    private readonly WordExpander _expander = new(document.EscapeCharacter);

    /// <exception cref="DiagnosticException">The file cannot be planned.</exception>
    public void Walk()
    {
        string? target = options.Target ?? document.Nodes.OfType<FromInstruction>().LastOrDefault()?.StageName;
        IReadOnlyDictionary<string, string> platform = PlatformArguments.Of(options.TargetPlatform, options.BuildPlatform, target);
        ResolvedDockerfile file = document.Resolve(options.BuildArguments, platform);
        foreach (LintRule rule in LintRules.All)
        {
            rule.CheckStages(file.Stages, found);
        }

        Expansion[] images = [.. file.Stages.Select(s => Expand(s.From, s.From.Image, file))];
        var graph = new StageGraph(file.Stages, [.. images.Select(i => i.Text)]);
        HashSet<int> needed = options.AllStages ? [.. file.Stages.Select(s => s.Index)] : graph.Needed(Target(file, graph));
        ResolvedDockerfile? defaults = TryResolve(platform);
        foreach (Stage stage in file.Stages)
        {
            CheckFrom(stage, images[stage.Index], graph, file, defaults, needed.Contains(stage.Index));
        }

        WalkStages(file, graph, images, needed);
    }

    private Stage Target(ResolvedDockerfile file, StageGraph graph) => options.Target is null
        ? file.Stages[^1]
        : graph.Find(options.Target) ?? throw new DiagnosticException("no-target", $"target stage \"{options.Target}\" could not be found");

    private void WalkStages(ResolvedDockerfile file, StageGraph graph, Expansion[] images, HashSet<int> needed)
    {
        var scopes = new Dictionary<int, StageScope>();
        var walker = new StageWalker(file, document.EscapeCharacter, options, LintRules.All, found);
        foreach (Stage stage in file.Stages.Where(s => needed.Contains(s.Index)))
        {
            StageScope scope = graph.BaseOf(stage) is { } below
                ? new StageScope(scopes[below.Index])
                : new StageScope(options.BaseImage(images[stage.Index].Text));
            scopes[stage.Index] = scope;
            walker.Walk(stage, scope);
        }
    }

    private void CheckFrom(Stage stage, Expansion image, StageGraph graph, ResolvedDockerfile file, ResolvedDockerfile? defaults, bool isNeeded)
    {
        FromInstruction from = stage.From;
        bool isImage = graph.BaseOf(stage) is null && image.Text != "scratch";
        var facts = new FromFacts(
            from,
            image,
            defaults is null ? null : TryExpand(from.Image, defaults),
            from.Platform is { } word ? Expand(from, word, file) : null,
            [.. file.GlobalNames.Concat(file.GlobalArguments.Select(a => a.Name)).Distinct().Order(StringComparer.Ordinal)],
            options.TargetPlatform,
            isImage ? options.BaseImage(image.Text) : null,
            isNeeded);
        foreach (LintRule rule in LintRules.All)
        {
            rule.CheckFrom(facts, found);
        }

        if (PlatformCheck.Complaint(facts) is { } complaint)
        {
            throw new DiagnosticException(new Diagnostic(Severity.Error, "bad-platform", complaint, from.Source, from.Platform!.Value.Span));
        }
    }

    /// <summary>The file with its defaults alone; null when it cannot even be resolved without build arguments.</summary>
    private ResolvedDockerfile? TryResolve(IReadOnlyDictionary<string, string> platform)
    {
        try
        {
            return document.Resolve(NoArguments, platform);
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    private Expansion? TryExpand(Word word, ResolvedDockerfile file)
    {
        try
        {
            return _expander.ExpandWithNames(word.Text, file.LookupGlobal);
        }
        catch (ExpansionException)
        {
            return null;
        }
    }

    private Expansion Expand(FromInstruction from, Word word, ResolvedDockerfile file)
    {
        try
        {
            return _expander.ExpandWithNames(word.Text, file.LookupGlobal);
        }
        catch (ExpansionException mistake)
        {
            throw new DiagnosticException(new Diagnostic(Severity.Error, "bad-substitution", mistake.Message, from.Source, word.Span));
        }
    }
}
