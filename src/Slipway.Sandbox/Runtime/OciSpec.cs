using System.Text.Json.Serialization;

namespace Slipway.Sandbox.Runtime;

/// <summary>The <c>config.json</c> of a bundle: the parts of the OCI runtime specification 1.0 that Slipway uses (config.md, config-linux.md).</summary>
internal sealed record OciSpec
{
    public string OciVersion { get; init; } = "1.0.2";

    public required OciProcess Process { get; init; }

    public required OciRoot Root { get; init; }

    public required string Hostname { get; init; }

    public required IReadOnlyList<OciMount> Mounts { get; init; }

    public required OciLinux Linux { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
}

internal sealed record OciRoot(string Path, bool Readonly);

internal sealed record OciMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

internal sealed record OciProcess
{
    public required bool Terminal { get; init; }

    public OciConsoleSize? ConsoleSize { get; init; }

    public required OciUser User { get; init; }

    public required IReadOnlyList<string> Args { get; init; }

    public required IReadOnlyList<string> Env { get; init; }

    public required string Cwd { get; init; }

    public required OciCapabilities Capabilities { get; init; }

    public required IReadOnlyList<OciLimit> Rlimits { get; init; }

    public required bool NoNewPrivileges { get; init; }
}

internal sealed record OciConsoleSize(uint Height, uint Width);

internal sealed record OciUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids);

internal sealed record OciCapabilities(
    IReadOnlyList<string> Bounding, IReadOnlyList<string> Effective, IReadOnlyList<string> Permitted)
{
    // Inheritable and ambient stay empty: a program a user starts gets only what its file says (docker since CVE-2022-24769).
    public IReadOnlyList<string> Inheritable { get; } = [];

    public IReadOnlyList<string> Ambient { get; } = [];
}

internal sealed record OciLimit(string Type, ulong Soft, ulong Hard);

internal sealed record OciLinux
{
    public required IReadOnlyList<OciNamespace> Namespaces { get; init; }

    public required IReadOnlyList<OciDevice> Devices { get; init; }

    public required IReadOnlyList<string> MaskedPaths { get; init; }

    public required IReadOnlyList<string> ReadonlyPaths { get; init; }

    public OciSeccomp? Seccomp { get; init; }
}

internal sealed record OciNamespace(string Type);

internal sealed record OciDevice(string Path, string Type, uint Major, uint Minor, uint FileMode, uint Uid, uint Gid);

internal sealed record OciSeccomp(
    string DefaultAction, uint DefaultErrnoRet, IReadOnlyList<string> Architectures, IReadOnlyList<OciSyscall> Syscalls);

internal sealed record OciSyscall(IReadOnlyList<string> Names, string Action)
{
    public uint? ErrnoRet { get; init; }

    public IReadOnlyList<OciSyscallArgument>? Args { get; init; }
}

internal sealed record OciSyscallArgument(uint Index, ulong Value, ulong ValueTwo, string Op);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciSpec))]
[JsonSerializable(typeof(Security.SeccompTable))]
internal sealed partial class RuntimeJson : JsonSerializerContext;
