using System.Text;
using System.Text.Json;
using Slipway.Conda.Linking;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Activation;

/// <summary>
/// What activating an environment would set, known without running anything, so that it can stand in an image's configuration (CEP 32: variables of packages in
/// <c>etc/conda/env_vars.d</c>, those of the environment in <c>conda-meta/state</c>, scripts in <c>etc/conda/activate.d</c>).
/// </summary>
/// <param name="Variables">The variables that are new or have another value than before, by name.</param>
/// <param name="NotUnderstood">The files that do more than can be known beforehand; nothing of them is in the variables.</param>
public sealed record EnvironmentActivation(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<ActivationProblem> NotUnderstood)
{
    private const string VariablesFolder = "etc/conda/env_vars.d/", ScriptsFolder = "etc/conda/activate.d/";
    private const int LargestFile = 1 << 20;

    /// <param name="plan">The environment.</param>
    /// <param name="before">The variables that are there without it: those of the base image. <c>PATH</c> should be among them.</param>
    public static EnvironmentActivation Of(LinkPlan plan, IReadOnlyDictionary<string, string> before)
    {
        var problems = new List<ActivationProblem>();
        Dictionary<string, ShellVariable> variables = BeforeScripts(plan, before, problems);
        var tests = new ShellTests(plan.Options.Prefix, PathsOf(plan));
        foreach (LinkEntry file in ScriptsOf(plan))
        {
            variables = Follow(file, variables, tests, problems);
        }

        return Of(variables, before, problems);
    }

    /// <summary>The scripts in the order in which they count.</summary>
    internal static IEnumerable<LinkEntry> ScriptsOf(LinkPlan plan) => FilesIn(plan, ScriptsFolder, ".sh");

    /// <summary>What was set, of what is exported and new or changed.</summary>
    internal static EnvironmentActivation Of(IReadOnlyDictionary<string, ShellVariable> variables, IReadOnlyDictionary<string, string> before, IReadOnlyList<ActivationProblem> problems) => new(
        new SortedDictionary<string, string>(
            variables.Where(pair => pair.Value.IsExported && (!before.TryGetValue(pair.Key, out string? old) || old != pair.Value.Value)).ToDictionary(pair => pair.Key, pair => pair.Value.Value),
            StringComparer.Ordinal),
        problems);

    /// <summary>The variables as the first script finds them.</summary>
    internal static Dictionary<string, ShellVariable> BeforeScripts(LinkPlan plan, IReadOnlyDictionary<string, string> before, List<ActivationProblem> problems)
    {
        string prefix = plan.Options.Prefix;
        Dictionary<string, ShellVariable> variables = before.ToDictionary(pair => pair.Key, pair => new ShellVariable(pair.Value, true), StringComparer.Ordinal);
        Set("PATH", variables.TryGetValue("PATH", out ShellVariable path) && path.Value.Length > 0 ? $"{prefix}/bin:{path.Value}" : $"{prefix}/bin");
        Set("CONDA_PREFIX", prefix);
        Set("CONDA_DEFAULT_ENV", prefix);
        Set("CONDA_SHLVL", "1");
        foreach (LinkEntry file in FilesIn(plan, VariablesFolder, ".json"))
        {
            ReadVariables(file, problems, Set);
        }

        foreach ((string name, string value) in plan.Options.Variables)
        {
            Set(name, value);
        }

        return variables;

        void Set(string name, string value) => variables[name] = new ShellVariable(value, true);
    }

    private static IEnumerable<LinkEntry> FilesIn(LinkPlan plan, string folder, string ending) => plan.Entries
        .Where(entry => entry.Path.StartsWith(folder, StringComparison.Ordinal) && entry.Path.EndsWith(ending, StringComparison.Ordinal) && entry.Path.IndexOf('/', folder.Length) < 0)
        .OrderBy(entry => entry.Path, StringComparer.Ordinal);

    private static Dictionary<string, PackageMemberKind> PathsOf(LinkPlan plan)
    {
        var paths = new Dictionary<string, PackageMemberKind>(StringComparer.Ordinal);
        foreach (LinkEntry entry in plan.Entries)
        {
            paths[entry.Path] = entry.Kind;
            for (string parent = LayerPath.ParentOf(entry.Path); paths.TryAdd(parent, PackageMemberKind.Directory); parent = LayerPath.ParentOf(parent))
            {
            }
        }

        return paths;
    }

    private static void ReadVariables(LinkEntry file, List<ActivationProblem> problems, Action<string, string> set)
    {
        try
        {
            using var document = JsonDocument.Parse(ReadAll(file) ?? throw new JsonException("It is no file, or too large."));
            foreach (JsonProperty property in document.RootElement.EnumerateObject().ToList())
            {
                set(ShellScript.IsName(property.Name) ? property.Name : throw new JsonException($"'{property.Name}' is no name of a variable."), property.Value.GetString() ?? "");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problems.Add(new ActivationProblem(file.Path, 1, e.Message));
        }
    }

    // A script counts as a whole or not at all: half of what it sets may be worse than nothing.
    private static Dictionary<string, ShellVariable> Follow(LinkEntry file, Dictionary<string, ShellVariable> variables, ShellTests tests, List<ActivationProblem> problems)
    {
        try
        {
            string script = Encoding.UTF8.GetString(ReadAll(file) ?? throw new ShellLimitException(1, "it is no file, or too large"));
            var after = new Dictionary<string, ShellVariable>(variables, StringComparer.Ordinal);
            new ShellScript(ShellLexer.Read(script), after, tests).Run();
            return after;
        }
        catch (ShellLimitException e)
        {
            problems.Add(new ActivationProblem(file.Path, e.Line, e.Message));
            return variables;
        }
    }

    private static byte[]? ReadAll(LinkEntry file)
    {
        if (file.Kind != PackageMemberKind.File || file.Size > LargestFile)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        using Stream stream = file.Open();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

/// <summary>A file that wants to change the environment in a way that cannot be known without running it.</summary>
/// <param name="Path">Relative to the prefix.</param>
/// <param name="Line">Where that is, counted from 1.</param>
/// <param name="Reason">What it does, as a clause that begins with "it".</param>
public sealed record ActivationProblem(string Path, int Line, string Reason);
