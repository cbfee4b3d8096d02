using System.Runtime.InteropServices;
using System.Text.Json;
using Slipway.Sandbox.Runtime;

namespace Slipway.Sandbox.Security;

/// <summary>
/// Which system calls docker's default profile lets through, as <c>seccomp.json</c> lists them: always, with a capability, on an
/// architecture. Everything else fails with EPERM; the calls decided by their arguments are in <see cref="Build"/>.
/// </summary>
internal sealed record SeccompTable(
    IReadOnlyList<string> Allow,
    IReadOnlyDictionary<string, IReadOnlyList<string>> AllowWithCapability,
    IReadOnlyDictionary<string, IReadOnlyList<string>> AllowOnArchitecture)
{
    private const string AllowAction = "SCMP_ACT_ALLOW", ErrorAction = "SCMP_ACT_ERRNO";
    private const uint EPERM = 1, ENOSYS = 38;

    /// <summary>clone(2) flags that make namespaces: NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.</summary>
    private const ulong NamespaceFlags = 0x7E020000;

    /// <summary>personality(2) values: Linux, Linux 32-bit, both with UNAME26, and "only ask".</summary>
    private static readonly ulong[] s_personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

    private static readonly Lazy<SeccompTable> s_docker = new(Load);

    public static SeccompTable Docker => s_docker.Value;

    /// <summary>The filter for a container with these capabilities on this machine.</summary>
    public OciSeccomp Build(IReadOnlyCollection<string> capabilities, Architecture architecture)
    {
        bool admin = capabilities.Contains("CAP_SYS_ADMIN");
        IEnumerable<string> names = Allow
            .Concat(AllowWithCapability.Where(c => capabilities.Contains(c.Key)).SelectMany(c => c.Value))
            .Concat(AllowOnArchitecture.GetValueOrDefault(ShortName(architecture), []));
        if (admin)
        {
            names = names.Append("clone");
        }

        List<OciSyscall> rules = [new([.. names.Distinct().Order(StringComparer.Ordinal)], AllowAction), .. s_personalities.Select(Personality), NoVsock];
        if (!admin)
        {
            rules.Add(CloneWithoutNamespaces(architecture));
            // Not EPERM: the C library falls back to clone(2) only when it believes that clone3(2) does not exist.
            rules.Add(new OciSyscall(["clone3"], ErrorAction) { ErrnoRet = ENOSYS });
        }

        return new OciSeccomp(ErrorAction, EPERM, LibseccompNames(architecture), rules);
    }

    private static OciSyscall NoVsock { get; } =
        new(["socket"], AllowAction) { Args = [new OciSyscallArgument(0, 40, 0, "SCMP_CMP_NE")] }; // 40 = AF_VSOCK, which reaches the hypervisor

    private static OciSyscall Personality(ulong value) =>
        new(["personality"], AllowAction) { Args = [new OciSyscallArgument(0, value, 0, "SCMP_CMP_EQ")] };

    private static OciSyscall CloneWithoutNamespaces(Architecture architecture) => new(["clone"], AllowAction)
    {
        Args = [new OciSyscallArgument(architecture == Architecture.S390x ? 1u : 0u, NamespaceFlags, 0, "SCMP_CMP_MASKED_EQ")],
    };

    private static string ShortName(Architecture architecture) => architecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "x86",
        Architecture.Arm64 => "arm64",
        Architecture.Arm => "arm",
        Architecture.Ppc64le => "ppc64le",
        Architecture.S390x => "s390x",
        _ => "",
    };

    // With the 32-bit variants whose programs the kernel also runs; not x32, which kernels no longer have, for each costs the runtime 3 ms.
    private static IReadOnlyList<string> LibseccompNames(Architecture architecture) => architecture switch
    {
        Architecture.X64 => ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
        Architecture.Arm64 => ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
        Architecture.S390x => ["SCMP_ARCH_S390X", "SCMP_ARCH_S390"],
        _ => [], // the runtime then takes its own
    };

    private static SeccompTable Load()
    {
        using Stream stream = typeof(SeccompTable).Assembly.GetManifestResourceStream("seccomp.json")!;
        return JsonSerializer.Deserialize(stream, RuntimeJson.Default.SeccompTable)!;
    }
}
