using System.Text.RegularExpressions;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Targets;

/// <summary>
/// What an environment will run on, as far as packages ask about it (CEP 30, 46). It is declared, by the base image or the recipe; nothing of it is looked up on the
/// machine that builds, so that every machine finds the same packages.
/// </summary>
public sealed partial record CondaTarget
{
    /// <summary>The platform, such as <c>linux-64</c>.</summary>
    public required string Subdir { get; init; }

    /// <summary>The version of the C library; null: there is none. The default is that of the oldest distributions still in wide use.</summary>
    public string? Glibc { get; init; } = "2.28";

    /// <summary>The oldest kernel it has to run on; by default the one that came with such a C library.</summary>
    public string Linux { get; init; } = "4.18";

    /// <summary>The newest version of CUDA that its driver knows; null: no such device.</summary>
    public string? Cuda { get; init; }

    /// <summary>The oldest compute capability of its devices; only counts with <see cref="Cuda"/>.</summary>
    public string? CudaArch { get; init; }

    /// <summary>The micro-architecture, such as <c>x86_64_v3</c>; null: the oldest of the platform.</summary>
    public string? Archspec { get; init; }

    /// <summary>The oldest macOS, for locks of such platforms.</summary>
    public string Osx { get; init; } = "11.0";

    /// <summary>The virtual packages.</summary>
    public IReadOnlyList<PackageRecord> VirtualPackages => [.. Found().Select(p => new PackageRecord
    {
        Name = p.Name, Version = CondaVersion.Parse(p.Version), Build = p.Build, Subdir = Subdirs.NoArch,
    })];

    private string System => Subdir.Split('-')[0];

    /// <summary>
    /// The target with what <c>CONDA_OVERRIDE_GLIBC</c>, <c>_LINUX</c>, <c>_CUDA</c>, <c>_CUDA_ARCH</c>, <c>_ARCHSPEC</c> and <c>_OSX</c> say; an empty one takes the
    /// package away where that is possible.
    /// </summary>
    /// <exception cref="DiagnosticException">One of them is no version.</exception>
    public CondaTarget With(Func<string, string?> environment)
    {
        return this with
        {
            Glibc = Optional("GLIBC", Glibc),
            Cuda = Optional("CUDA", Cuda),
            CudaArch = Optional("CUDA_ARCH", CudaArch),
            Linux = Optional("LINUX", Linux) ?? Linux,
            Osx = Optional("OSX", Osx) ?? Osx,
            Archspec = environment("CONDA_OVERRIDE_ARCHSPEC") is { Length: > 0 } archspec ? archspec : Archspec,
        };

        string? Optional(string name, string? otherwise) => environment("CONDA_OVERRIDE_" + name) switch
        {
            null => otherwise,
            "" => null,
            var text when Numbers().IsMatch(text) => text,
            var text => throw new DiagnosticException("bad-override", $"CONDA_OVERRIDE_{name} is \"{text}\", which is no version.", "Write numbers with points between them, for example 2.28."),
        };
    }

    private IEnumerable<(string Name, string Version, string Build)> Found()
    {
        if (System is "linux" or "osx")
        {
            yield return ("__unix", "0", "0");
        }

        if (System == "linux")
        {
            yield return ("__linux", Linux, "0");
            if (Glibc is not null)
            {
                yield return ("__glibc", Glibc, "0");
            }
        }
        else if (System == "osx")
        {
            yield return ("__osx", Osx, "0");
        }
        else if (System == "win")
        {
            yield return ("__win", "0", "0");
        }

        yield return ("__archspec", "1", Archspec ?? MachineOf(Subdir));
        if (Cuda is not null)
        {
            yield return ("__cuda", Cuda, "0");
            if (CudaArch is not null)
            {
                yield return ("__cuda_arch", CudaArch, "0");
            }
        }
    }

    private static string MachineOf(string subdir) => subdir.Split('-')[^1] switch
    {
        "64" => "x86_64",
        "32" => "x86",
        "arm64" when subdir.StartsWith("osx", StringComparison.Ordinal) => "m1",
        var machine => machine,
    };

    [GeneratedRegex(@"^\d+(\.\d+){0,3}$")]
    private static partial Regex Numbers();
}
