using Slipway.Conda.Linking;
using Slipway.Foundation.Text;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Activation;

/// <summary>
/// What activating an environment sets, found out by doing it: bash sources all of its scripts once, in a sandbox, in their order, and the variables are compared before and after
/// each. For environments whose scripts do more than can be followed (<see cref="EnvironmentActivation.NotUnderstood"/>). What a script does besides setting variables is lost.
/// </summary>
/// <param name="Activation">All variables; the scripts that ended the shell are those that were not understood.</param>
/// <param name="Scripts">What each script did, in their order.</param>
public sealed record ActivationRun(EnvironmentActivation Activation, IReadOnlyList<ScriptEffect> Scripts)
{
    // Builtins only: a script may have put other programs, or other libraries, before those of the system. A script's own words are not wanted.
    private const string Driver = """
        __slipway_mark=$1; shift; __slipway_files=("$@"); set --
        exec {__slipway_out}>&2
        __slipway_tell() {
          builtin local IFS=$'\n' name
          builtin printf '\0%s\0%s\0' "$__slipway_mark" "$1" >&"$__slipway_out"
          for name in $(builtin compgen -e); do builtin printf '%s=%s\0' "$name" "${!name}" >&"$__slipway_out"; done
          builtin printf '\0' >&"$__slipway_out"
        }
        __slipway_tell start
        for __slipway_at in "${!__slipway_files[@]}"; do
          . "${__slipway_files[__slipway_at]}" </dev/null >/dev/null 2>&1 || builtin :
          builtin set +euf
          __slipway_tell "$__slipway_at"
        done
        builtin exit 0
        """;

    // bash sets these for itself.
    private static readonly string[] s_ofShell = ["_", "SHLVL", "PWD", "OLDPWD"];

    /// <summary>Runs the scripts, if there are any.</summary>
    /// <param name="plan">The environment; its files must be where the runner sees them.</param>
    /// <param name="before">The variables that are there without it: those of the base image. <c>PATH</c> should be among them.</param>
    /// <param name="runner">Runs bash, which may be the environment's or the system's; what the scripts write into the environment should not stay.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">There is no bash, or it does not come to the first script.</exception>
    public static async Task<ActivationRun> RunAsync(LinkPlan plan, IReadOnlyDictionary<string, string> before, IEnvironmentRunner runner, CancellationToken cancellationToken)
    {
        List<ActivationProblem> problems = [];
        Dictionary<string, ShellVariable> variables = EnvironmentActivation.BeforeScripts(plan, before, problems);
        string[] scripts = [.. EnvironmentActivation.ScriptsOf(plan).Select(entry => entry.Path)];
        if (scripts.Length == 0)
        {
            return new ActivationRun(EnvironmentActivation.Of(variables, before, problems), []);
        }

        string mark = Guid.NewGuid().ToString("N"), prefix = plan.Options.Prefix;
        string bash = plan.Entries.Any(entry => entry.Path == "bin/bash") ? $"{prefix}/bin/bash" : "/bin/bash";
        (_, string log) = await runner.RunAsync(
            new EnvironmentCommand(
                [bash, "--noprofile", "--norc", "-c", Driver, "bash", mark, .. scripts.Select(path => $"{prefix}/{path}")],
                variables.Where(v => v.Value.IsExported).ToDictionary(v => v.Key, v => v.Value.Value)),
            cancellationToken);
        List<Dictionary<string, string>> seen = Read(log, mark);
        if (seen.Count == 0)
        {
            throw new DiagnosticException("activation", $"The scripts that activate the environment could not be run: {log.Trim('\0', '\n', ' ')}", "They need bash, in the environment or on this machine.");
        }

        List<ScriptEffect> effects = [];
        for (int i = 1; i < seen.Count; i++)
        {
            effects.Add(ScriptEffect.Of(scripts[i - 1], seen[i - 1], seen[i], s_ofShell));
            effects[^1].ApplyTo(variables);
        }

        if (effects.Count < scripts.Length)
        {
            problems.Add(new ActivationProblem(scripts[effects.Count], 1, "it ends the shell, so nothing of it and of those behind it counts"));
        }

        return new ActivationRun(EnvironmentActivation.Of(variables, before, problems), effects);
    }

    // The variables at the start and after each script that came to its end.
    private static List<Dictionary<string, string>> Read(string log, string mark)
    {
        List<Dictionary<string, string>> seen = [];
        foreach (string part in log.Split($"\0{mark}\0").Skip(1).Where(part => part.EndsWith("\0\0", StringComparison.Ordinal))) // else it was cut off
        {
            var variables = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (string line in part.Split('\0').Skip(1).Where(line => line.Contains('=')))
            {
                variables[line[..line.IndexOf('=')]] = line[(line.IndexOf('=') + 1)..];
            }

            seen.Add(variables);
        }

        return seen;
    }
}
