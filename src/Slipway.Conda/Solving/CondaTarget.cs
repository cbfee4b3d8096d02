using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Solving;

/// <summary>
/// What an environment is made for, as it was declared (CEP 30, 46): it becomes the virtual packages of a solve. Nothing here is ever read from the machine
/// that solves, so that a lock is the same wherever it is made.
/// </summary>
public sealed record CondaTarget
{
    /// <summary>glibc of a target that does not say: that of RHEL 8 and Debian 10, which conda-forge builds for.</summary>
    public const string DefaultGlibc = "2.28";

    /// <summary>The kernel of a target that does not say: RHEL 8's.</summary>
    public const string DefaultLinux = "4.18";

    /// <summary>The platform's folder: <c>linux-64</c>, <c>linux-aarch64</c>, …</summary>
    public required string Platform { get; init; }

    /// <summary>The kernel's version; null removes <c>__linux</c>.</summary>
    public string? Linux { get; init; } = DefaultLinux;

    /// <summary>The C library's version, best taken from the base image; null when there is none (musl).</summary>
    public string? Glibc { get; init; } = DefaultGlibc;

    /// <summary>The CUDA version that the driver of the target supports, as <c>12.6</c>; null without a GPU.</summary>
    public string? Cuda { get; init; }

    /// <summary>The lowest compute capability of the target's GPUs, as <c>8.6</c>; only with <see cref="Cuda"/>.</summary>
    public string? CudaArch { get; init; }

    /// <summary>The micro-architecture (<c>x86_64_v3</c>); null for the platform's plain one.</summary>
    public string? Archspec { get; init; }

    /// <summary>The target as the user's <c>CONDA_OVERRIDE_…</c> variables change it; an empty one removes the package.</summary>
    /// <param name="environment">Reads a variable; null when it is not set.</param>
    /// <exception cref="DiagnosticException">A value is no version.</exception>
    public CondaTarget WithOverrides(Func<string, string?> environment)
    {
        string? Read(string name, string? declared) => environment("CONDA_OVERRIDE_" + name) is { } set ? set.Trim() is { Length: > 0 } value ? value : null : declared;
        return this with
        {
            Linux = Read("LINUX", Linux),
            Glibc = Read("GLIBC", Glibc),
            Cuda = Read("CUDA", Cuda),
            CudaArch = Read("CUDA_ARCH", CudaArch),
            Archspec = Read("ARCHSPEC", Archspec),
        };
    }

    /// <summary>The virtual packages, sorted by name.</summary>
    /// <exception cref="DiagnosticException">The platform is not one of Linux, or a version is none.</exception>
    public IReadOnlyList<PackageRecord> VirtualPackages()
    {
        if (!Platform.StartsWith("linux-", StringComparison.Ordinal) || !Subdirs.IsSubdir(Platform))
        {
            throw new DiagnosticException("bad-platform", $"\"{Platform}\" is not a platform that images are for.", "Write for instance linux-64 or linux-aarch64.");
        }

        List<PackageRecord> packages = [Make("__archspec", "1", Archspec ?? Machine(Platform["linux-".Length..]))];
        Add("__cuda", Cuda);
        Add("__cuda_arch", Cuda is null ? null : CudaArch);
        Add("__glibc", Glibc);
        Add("__linux", Linux);
        Add("__unix", "0");
        return packages;

        void Add(string name, string? version)
        {
            if (version is not null)
            {
                packages.Add(Make(name, version, "0"));
            }
        }
    }

    private static PackageRecord Make(string name, string version, string build) => new()
    {
        Name = name,
        Version = CondaVersion.TryParse(version, out CondaVersion? parsed, out string? problem) && char.IsAsciiDigit(parsed.Text[0]) ? parsed : throw new DiagnosticException(
            "bad-virtual-package", $"The version \"{version}\" of {name} is none{(problem is null ? "" : ": " + problem)}.", "Write digits and dots, for instance 2.28."),
        Build = build,
    };

    private static string Machine(string platform) => platform switch
    {
        "64" => "x86_64",
        "32" => "x86",
        _ => platform,
    };
}
