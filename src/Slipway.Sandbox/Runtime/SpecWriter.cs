using System.Runtime.InteropServices;
using System.Text.Json;
using Slipway.Foundation.Linux;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;
using Slipway.Sandbox.Mounts;
using Slipway.Sandbox.Security;
using Slipway.Sandbox.Users;

namespace Slipway.Sandbox.Runtime;

/// <summary>Writes the bundle's <c>config.json</c>.</summary>
internal sealed class SpecWriter(ContainerSpec spec, SandboxHost host, RootMount root, ResolvedUser user, bool terminal, string? sshSocket)
{
    public const string InitPath = "/sbin/docker-init";
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public void Write(string path)
    {
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(file, Build(), RuntimeJson.Default.OciSpec);
    }

    private OciSpec Build() => new()
    {
        Process = BuildProcess(),
        Root = new OciRoot(root.Path, spec.ReadOnlyRoot),
        Hostname = spec.Hostname,
        Mounts = root.Mounts,
        Linux = BuildLinux(),
        Annotations = spec.Annotations,
    };

    private OciProcess BuildProcess()
    {
        IReadOnlyList<string> capabilities = host.Capabilities.Intersect(spec.Security.Capabilities);
        // What execve(2) would leave to a user who is not root: nothing, until a setuid program takes from the bounding set.
        IReadOnlyList<string> effective = user.Uid == 0 ? capabilities : [];
        return new OciProcess
        {
            Terminal = terminal,
            ConsoleSize = terminal && TerminalSize.Of(0) is { } size ? new OciConsoleSize((uint)size.Rows, (uint)size.Columns) : null,
            // In a namespace with one id setgroups(2) is forbidden.
            User = new OciUser(user.Uid, user.Gid, host.GroupIds.IsSingle ? [] : user.AdditionalGids),
            Args = spec.Init ? [InitPath, "--", .. spec.Arguments] : spec.Arguments,
            Env = BuildEnvironment(),
            Cwd = spec.WorkingDirectory,
            Capabilities = new OciCapabilities(capabilities, effective, effective),
            Rlimits = ResourceLimits.For(spec.Limits),
            NoNewPrivileges = spec.Security.NoNewPrivileges,
        };
    }

    private List<string> BuildEnvironment()
    {
        List<string> defaults = [DefaultPath, $"HOME={user.Home}"];
        if (terminal)
        {
            defaults.Add("TERM=xterm");
        }

        if (sshSocket is not null)
        {
            defaults.Add($"SSH_AUTH_SOCK={sshSocket}");
        }

        Dictionary<string, int> places = [];
        List<string> result = [];
        foreach (string pair in spec.Environment.Concat(defaults.Where(d => !Has(d))))
        {
            string name = Name(pair);
            if (places.TryGetValue(name, out int place))
            {
                result[place] = pair;
                continue;
            }

            places.Add(name, result.Count);
            result.Add(pair);
        }

        return result;
    }

    private bool Has(string pair) => spec.Environment.Any(e => Name(e) == Name(pair));

    private static string Name(string pair) => pair.Split('=', 2)[0];

    private OciLinux BuildLinux()
    {
        string[] namespaces = ["pid", "ipc", "uts", "mount", .. spec.Network == NetworkMode.None ? ["network"] : Array.Empty<string>()];
        bool hide = spec.Security.HideSystemPaths;
        return new OciLinux
        {
            Namespaces = [.. namespaces.Select(n => new OciNamespace(n))],
            Devices = [.. spec.Devices.Select(Device)],
            MaskedPaths = hide ? SystemMounts.MaskedPaths : [],
            ReadonlyPaths = hide ? SystemMounts.ReadOnlyPaths : [],
            Seccomp = spec.Security.Seccomp
                ? SeccompTable.Docker.Build(host.Capabilities.Intersect(spec.Security.Capabilities).ToHashSet(), RuntimeInformation.ProcessArchitecture) : null,
        };
    }

    private static OciDevice Device(string path)
    {
        FileStatus status = FileStatus.TryOf(path, out FileStatus found, followLinks: true)
            && found.Kind is FileKind.CharacterDevice or FileKind.BlockDevice
            ? found : throw new Foundation.Text.DiagnosticException("no-device", $"'{path}' is not a device of this machine.");
        string type = status.Kind == FileKind.BlockDevice ? "b" : "c";
        return new OciDevice(path, type, status.DeviceMajor, status.DeviceMinor, (uint)status.Permissions, status.Uid, status.Gid);
    }
}
