using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Build.Frontend;

/// <summary>The instructions that change only the image's configuration.</summary>
internal static class ConfigInstructions
{
    /// <returns>False when the instruction is not one of these.</returns>
    public static bool TryApply(StageState stage, Instruction instruction)
    {
        switch (instruction)
        {
            case EnvInstruction env:
                SetEnvironment(stage, env);
                break;
            case LabelInstruction label:
                SetLabels(stage, label);
                break;
            case UserInstruction user:
                string name = stage.Expand(user, user.User);
                stage.Config = stage.Config with { User = name };
                stage.Remember($"USER {name}");
                break;
            case ExposeInstruction expose:
                Expose(stage, expose);
                break;
            case VolumeInstruction volume:
                AddVolumes(stage, volume);
                break;
            case StopSignalInstruction stop:
                string signal = StageState.Guard(stop, stop.Signal.Span, () => StopSignal.Parse(stage.Expand(stop, stop.Signal)));
                stage.Config = stage.Config with { StopSignal = signal };
                stage.Remember($"STOPSIGNAL {signal}");
                break;
            case ShellInstruction shell:
                stage.Config = stage.Config with { Shell = shell.Shell };
                stage.Remember($"SHELL [{string.Join(' ', shell.Shell)}]");
                break;
            case MaintainerInstruction maintainer:
                stage.Author = maintainer.Author;
                stage.Remember($"MAINTAINER {maintainer.Author}");
                break;
            case CmdInstruction cmd:
                stage.Config = stage.Config with { Cmd = Arguments(stage, cmd.Command), ArgsEscaped = true };
                stage.HasOwnCommand = true;
                stage.Remember("CMD " + Shown(stage.Config.Cmd));
                break;
            case EntrypointInstruction entrypoint:
                stage.Config = stage.Config with
                {
                    Entrypoint = Arguments(stage, entrypoint.Command),
                    Cmd = stage.HasOwnCommand ? stage.Config.Cmd : [],
                };
                stage.Remember("ENTRYPOINT " + Shown(stage.Config.Entrypoint));
                break;
            case HealthcheckInstruction check:
                SetHealthcheck(stage, check);
                break;
            case OnbuildInstruction onbuild:
                stage.Config = stage.Config with { OnBuild = [.. stage.Config.OnBuild, onbuild.Expression] };
                stage.Remember(onbuild.Text);
                break;
            default:
                return false;
        }

        return true;
    }

    private static void SetEnvironment(StageState stage, EnvInstruction env)
    {
        // All values see the variables as they were before the line (Dockerfile reference, "Environment replacement").
        (string Key, string Value)[] pairs = [.. env.Pairs.Select(p => (stage.Expand(env, p.Key), stage.Expand(env, p.Value)))];
        foreach ((string key, string value) in pairs)
        {
            stage.Scope.SetEnvironment(key, value);
        }

        stage.Remember("ENV " + string.Join(' ', pairs.Select(p => $"{p.Key}={p.Value}")));
    }

    private static void SetLabels(StageState stage, LabelInstruction label)
    {
        var labels = new SortedDictionary<string, string>(stage.Config.Labels.ToDictionary(), StringComparer.Ordinal);
        List<string> shown = [];
        foreach (KeyValueWord pair in label.Pairs)
        {
            string key = stage.Expand(label, pair.Key);
            labels[key] = stage.Expand(label, pair.Value);
            shown.Add($"{key}={labels[key]}");
        }

        stage.Config = stage.Config with { Labels = labels };
        stage.Remember("LABEL " + string.Join(' ', shown));
    }

    private static void Expose(StageState stage, ExposeInstruction expose)
    {
        string[] words = [.. expose.Ports.SelectMany(p => stage.ExpandToWords(expose, p))];
        IReadOnlyList<string> ports = StageState.Guard(expose, expose.Span, () => ExposePorts.Parse(words));
        stage.Config = stage.Config with { ExposedPorts = Union(stage.Config.ExposedPorts, ports) };
        stage.Remember($"EXPOSE [{string.Join(' ', ports)}]");
    }

    private static void AddVolumes(StageState stage, VolumeInstruction volume)
    {
        string[] paths = [.. volume.Paths.Select(p => stage.Expand(volume, p))];
        if (paths.Any(string.IsNullOrWhiteSpace))
        {
            throw new DiagnosticException(new Diagnostic(
                Severity.Error, "empty-volume", "VOLUME names an empty path", volume.Source, volume.Span, "write the directory's absolute path"));
        }

        stage.Config = stage.Config with { Volumes = Union(stage.Config.Volumes, paths) };
        stage.Remember($"VOLUME [{string.Join(' ', paths)}]");
    }

    private static void SetHealthcheck(StageState stage, HealthcheckInstruction check)
    {
        stage.Config = stage.Config with
        {
            Healthcheck = new Healthcheck
            {
                Test = check.Test,
                Interval = Nanoseconds(check.Options.Interval),
                Timeout = Nanoseconds(check.Options.Timeout),
                StartPeriod = Nanoseconds(check.Options.StartPeriod),
                StartInterval = Nanoseconds(check.Options.StartInterval),
                Retries = check.Options.Retries,
            },
        };
        stage.Remember(check.Text);
    }

    private static TimeSpan Nanoseconds(long value) => TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick);

    private static string[] Union(IReadOnlyList<string> old, IEnumerable<string> added) =>
        [.. old.Union(added).Order(StringComparer.Ordinal)];

    private static IReadOnlyList<string> Arguments(StageState stage, CommandLine command) => command switch
    {
        { IsShell: false } => command.Arguments,
        { Arguments.Count: 0 } => [],
        _ => [.. stage.Shell, .. command.Arguments],
    };

    private static string Shown(IReadOnlyList<string> arguments) => $"[{string.Join(' ', arguments.Select(a => $"\"{a}\""))}]";
}
