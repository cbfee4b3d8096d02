using Slipway.Foundation.Text;

namespace Slipway.Sandbox.Hosts;

/// <summary>The programs that can run an OCI bundle. crun is preferred: it starts a container in a few milliseconds.</summary>
public enum OciRuntimeKind
{
    Crun,
    Runc,
}

/// <summary>An OCI runtime found on this machine.</summary>
/// <param name="Kind">Whose command line it has.</param>
/// <param name="Path">The absolute path of the program.</param>
public sealed record OciRuntime(OciRuntimeKind Kind, string Path)
{
    /// <param name="wanted">A name or path; null or empty takes crun, else runc.</param>
    /// <exception cref="DiagnosticException">There is none.</exception>
    internal static OciRuntime Find(string? wanted)
    {
        if (!string.IsNullOrEmpty(wanted))
        {
            string? path = System.IO.Path.IsPathRooted(wanted) && File.Exists(wanted) ? wanted : ProgramSearch.Find(wanted);
            OciRuntimeKind kind = System.IO.Path.GetFileName(wanted).Contains("runc", StringComparison.Ordinal) ? OciRuntimeKind.Runc : OciRuntimeKind.Crun;
            return path is not null ? new OciRuntime(kind, path) : throw Missing($"SLIPWAY_RUNTIME names '{wanted}', which is not there.", "Unset SLIPWAY_RUNTIME, or let it name a program that is there. ");
        }

        return ProgramSearch.Find("crun") is { } crun ? new OciRuntime(OciRuntimeKind.Crun, crun)
            : ProgramSearch.Find("runc") is { } runc ? new OciRuntime(OciRuntimeKind.Runc, runc)
            : throw Missing("Neither crun nor runc is installed; one of them is needed to run commands in containers.");
    }

    private static DiagnosticException Missing(string message, string first = "") => new("no-runtime", message,
        first + "Install crun: 'apt-get install crun' on Debian and Ubuntu, 'dnf install crun' on Fedora and RHEL, 'zypper install crun' on openSUSE, 'apk add crun' on Alpine.");
}
