using Slipway.Sandbox.Security;

namespace Slipway.Sandbox.Containers;

/// <summary>Everything one container is made from.</summary>
public sealed record ContainerSpec
{
    public required RootFileSystem Root { get; init; }

    /// <summary>The program and its arguments; a program without a slash is looked for in the container's PATH.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary><c>NAME=value</c>; of two with one name the later counts. PATH and HOME are added when they are not there.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Absolute; made, owned by root, when it is not there.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>As in USER and <c>--user</c>: <c>name</c>, <c>uid</c>, <c>name:group</c>, <c>uid:gid</c>; looked up in the container's own files. Empty is root.</summary>
    public string User { get; init; } = "";

    /// <summary>Groups by name or id that the process is in besides those of the files (<c>--group-add</c>).</summary>
    public IReadOnlyList<string> AdditionalGroups { get; init; } = [];

    public IReadOnlyList<SandboxMount> Mounts { get; init; } = [];

    public NetworkMode Network { get; init; } = NetworkMode.Host;

    public string Hostname { get; init; } = "slipway";

    /// <summary>Lines for /etc/hosts (<c>--add-host</c>).</summary>
    public IReadOnlyList<ExtraHost> ExtraHosts { get; init; } = [];

    public SecurityProfile Security { get; init; } = SecurityProfile.Default;

    public bool ReadOnlyRoot { get; init; }

    /// <summary>Device files of the host, put at the same path inside.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Run under tini as process 1, which passes signals on and collects orphans.</summary>
    public bool Init { get; init; }

    /// <summary>The size of /dev/shm.</summary>
    public long SharedMemoryBytes { get; init; } = 64 << 20;

    public IReadOnlyList<ResourceLimit> Limits { get; init; } = [];

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}

/// <summary>The network a container sees.</summary>
public enum NetworkMode
{
    /// <summary>The host's own.</summary>
    Host,

    /// <summary>A loopback device and nothing else.</summary>
    None,
}

/// <summary>A name and the address it stands for; the address <c>host-gateway</c> is the host itself.</summary>
public readonly record struct ExtraHost(string Name, string Address);

/// <summary>A limit as <c>--ulimit</c> names it (<c>nofile</c>, <c>nproc</c>, ...); see getrlimit(2).</summary>
public readonly record struct ResourceLimit(string Name, ulong Soft, ulong Hard);
