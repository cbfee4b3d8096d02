using System.CommandLine;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Security;
using RootFileSystem = Slipway.Sandbox.Containers.RootFileSystem;

namespace Slipway.Cli.Commands.Containers;

/// <summary>Makes the container's description from the image's configuration and the flags of <c>run</c>.</summary>
internal static class RunSpecReader
{
    public static ContainerSpec Read(RunFlags flags, ParseResult parsed, ContainerConfig config, RootFileSystem root)
    {
        string? name = parsed.GetValue(flags.Name);
        return new ContainerSpec
        {
            Root = root,
            Arguments = Arguments(flags, parsed, config),
            Environment = Environment(flags, parsed, config),
            WorkingDirectory = parsed.GetValue(flags.Workdir) ?? (config.WorkingDir is { Length: > 0 } directory ? directory : "/"),
            User = parsed.GetValue(flags.User) ?? config.User ?? "",
            AdditionalGroups = parsed.GetValue(flags.GroupAdd) ?? [],
            Mounts = [.. (parsed.GetValue(flags.Volume) ?? []).Select(Volume), .. (parsed.GetValue(flags.Tmpfs) ?? []).Select(Tmpfs)],
            Network = BuildInputReader.NetworkOf(parsed.GetValue(flags.Network)),
            Hostname = parsed.GetValue(flags.Hostname) ?? name ?? "slipway",
            ExtraHosts = [.. (parsed.GetValue(flags.AddHost) ?? []).Select(BuildInputReader.Host)],
            Security = parsed.GetValue(flags.Privileged) ? SecurityProfile.Insecure : SecurityProfile.Default,
            ReadOnlyRoot = parsed.GetValue(flags.ReadOnly),
            Devices = parsed.GetValue(flags.Device) ?? [],
            Init = parsed.GetValue(flags.Init),
            SharedMemoryBytes = parsed.GetValue(flags.ShmSize) is { } size ? Values.Size("--shm-size", size) : 64 << 20,
            Annotations = name is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["org.slipway.name"] = name },
        };
    }

    /// <summary>Says what becomes of -p, since containers share the host's network.</summary>
    public static IEnumerable<string> PortNotes(RunFlags flags, ParseResult parsed)
    {
        foreach (string text in parsed.GetValue(flags.Publish) ?? [])
        {
            string[] parts = text.Split('/')[0].Split(':');
            if (parts.Length > 1 && parts[^2].Length > 0 && parts[^2] != parts[^1])
            {
                throw new UsageException(
                    "port-mapping", $"-p {text}: mapping a port to another number is not supported yet",
                    $"the container shares the host's network: let the program listen on port {parts[^2]}, or use -p {parts[^1]}:{parts[^1]}");
            }

            yield return $"note: the container shares the host's network, so its port {parts[^1]} is reachable as it is (-p {text} changes nothing)";
        }
    }

    private static IReadOnlyList<string> Arguments(RunFlags flags, ParseResult parsed, ContainerConfig config)
    {
        string[] given = parsed.GetValue(flags.Command) ?? [];
        IReadOnlyList<string> arguments = parsed.GetValue(flags.Entrypoint) is { } entrypoint
            ? [.. entrypoint.Length > 0 ? [entrypoint] : Array.Empty<string>(), .. given]
            : [.. config.Entrypoint, .. given.Length > 0 ? given : config.Cmd];
        return arguments.Count > 0 ? arguments : throw new DiagnosticException(
            "no-command", "the image says no command to run", "name one after the image, for example: run IMAGE /bin/sh");
    }

    private static List<string> Environment(RunFlags flags, ParseResult parsed, ContainerConfig config)
    {
        List<string> environment = [.. config.Env];
        if (parsed.GetValue(flags.Tty))
        {
            environment.Add("TERM=xterm");
        }

        foreach (string file in parsed.GetValue(flags.EnvFile) ?? [])
        {
            environment.AddRange(EnvironmentFile(file));
        }

        environment.AddRange((parsed.GetValue(flags.Env) ?? []).Select(Values.Variable).Where(v => v.Value is not null).Select(v => $"{v.Key}={v.Value}"));
        return environment;
    }

    // docker's format: one NAME=VALUE or NAME per line, # starts a comment line, nothing is unquoted or expanded.
    private static IEnumerable<string> EnvironmentFile(string file)
    {
        if (!File.Exists(file))
        {
            throw new DiagnosticException("no-env-file", $"--env-file: there is no file {file}");
        }

        foreach (string line in File.ReadLines(file).Select(l => l.TrimStart()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            KeyValuePair<string, string?> variable = Values.Variable(line);
            if (variable.Value is not null)
            {
                yield return $"{variable.Key}={variable.Value}";
            }
        }
    }

    private static BindMount Volume(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is < 2 or > 3 || parts[0].Length == 0 || !parts[1].StartsWith('/'))
        {
            throw new UsageException("bad-volume", $"-v {text}: expected SOURCE:TARGET[:ro] with an absolute TARGET", "write for example -v $(pwd)/data:/data");
        }

        if (!parts[0].Contains('/', StringComparison.Ordinal) && parts[0] is not ("." or ".."))
        {
            throw new UsageException("named-volume", $"-v {text}: named volumes are not supported yet", $"mount a folder: -v ./{parts[0]}:{parts[1]}");
        }

        string[] modes = parts.Length == 3 ? parts[2].Split(',') : [];
        string? unknown = modes.FirstOrDefault(m => m is not ("ro" or "rw" or "z" or "Z" or "cached" or "delegated" or "consistent"));
        if (unknown is not null)
        {
            throw new UsageException("bad-volume", $"-v {text}: there is no mode '{unknown}'", "the modes are ro and rw");
        }

        string source = Path.GetFullPath(parts[0]);
        if (!Path.Exists(source))
        {
            Directory.CreateDirectory(source); // as docker does
        }

        return new BindMount(source, parts[1], modes.Contains("ro"));
    }

    private static TmpfsMount Tmpfs(string text)
    {
        string[] parts = text.Split(':', 2);
        string? size = parts.Length > 1 ? parts[1].Split(',').FirstOrDefault(o => o.StartsWith("size=", StringComparison.Ordinal)) : null;
        return new TmpfsMount(parts[0], size is null ? null : Values.Size("--tmpfs", size["size=".Length..]));
    }
}
