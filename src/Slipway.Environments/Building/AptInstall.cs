using System.Collections.Immutable;
using System.Globalization;
using Slipway.Build.Graph;
using Slipway.Environments.Locking;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Environments.Building;

/// <summary>
/// Packages of the base system, installed by its own apt: exactly the locked versions, with the hashes that the archive's signed lists had when they were locked. Lists, caches and logs stay
/// out of the layer.
/// </summary>
internal static class AptInstall
{
    /// <summary>Where <see cref="Resolve"/> puts its answer.</summary>
    public const string ListPath = ".slipway-apt";

    private const string Clean =
        "rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/aux-cache /var/lib/dpkg/*-old /var/log/apt /var/log/dpkg.log /var/log/alternatives.log";

    // The hash of a package's archive, by the archive's signed list.
    private const string HashOf = "hash_of() { apt-cache show --no-all-versions \"$1=$2\" 2>/dev/null | sed -n 's/^SHA256: //p' | head -n 1; }";

    private static readonly ImmutableArray<string> s_environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"];

    /// <summary>How the step is called.</summary>
    public static string Title(PlatformLock locked) => $"apt {string.Join(' ', locked.Apt.Where(p => p.IsRequested).Select(p => p.Name))} ({locked.Apt.Length} packages)";

    /// <summary>The step that installs what is locked.</summary>
    public static RunOperation Operation(StepOrigin origin, Operation parent, PlatformLock locked) => new(origin, parent, Run(Script(locked.Apt))) { Platform = Platform.Parse(locked.Platform) };

    /// <summary>The command that finds out what would be installed: a line <c>NAME VERSION SIZE SHA256</c> for each archive goes to the file <see cref="ListPath"/>.</summary>
    /// <param name="packages">As in apt.txt: <c>name</c> or <c>name=version</c>.</param>
    public static RunDefinition Resolve(IEnumerable<string> packages)
    {
        string words = string.Join(' ', packages.Select(p => $"'{p}'"));
        return Run(
            $$"""
            set -e
            {{HashOf}}
            apt-get update -qq
            apt-get install --print-uris --yes --no-install-recommends -qq {{words}} >/tmp/uris
            while read -r address file size hash; do
              name=${file%%_*} version=${file#*_}
              version=$(echo "${version%_*}" | sed 's/%3a/:/g')
              architecture=${file##*_} architecture=${architecture%.deb}
              [ "$architecture" = all ] || [ "$architecture" = "$(dpkg --print-architecture)" ] || name=$name:$architecture
              echo "$name $version $size $(hash_of "$name" "$version")"
            done </tmp/uris >/{{ListPath}}
            rm -f /tmp/uris
            {{Clean}}
            """);
    }

    /// <summary>Reads the answer of <see cref="Resolve"/>.</summary>
    /// <exception cref="DiagnosticException">The base's archive gives no hash of a package.</exception>
    public static ImmutableArray<LockedAptPackage> Read(string list, IReadOnlySet<string> requested) =>
    [
        .. list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ') is [var name, var version, var size, { Length: 64 } hash]
            ? new LockedAptPackage(name, version, hash, long.Parse(size, CultureInfo.InvariantCulture), requested.Contains(name))
            : throw new DiagnosticException("no-apt-hash", $"The base image's archive has no hash of this package: {line}", "Leave it out of apt.txt, or choose another base image."))
            .OrderBy(package => package.Name, StringComparer.Ordinal),
    ];

    private static RunDefinition Run(string script) => new()
    {
        Arguments = ["/bin/sh", "-c", script],
        Environment = s_environment,
        WorkingDirectory = "/",
        User = "",
    };

    private static string Script(ImmutableArray<LockedAptPackage> packages) =>
        $$"""
        set -e
        {{HashOf}}
        apt-get update -qq
        gone= changed= all=
        while read -r name version hash; do
          now=$(hash_of "$name" "$version")
          if [ -z "$now" ]; then gone="$gone $name=$version"; elif [ "$now" != "$hash" ]; then changed="$changed $name=$version"; fi
          all="$all $name=$version"
        done <<'END'
        {{string.Join('\n', packages.Select(p => $"{p.Name} {p.Version} {p.Sha256}"))}}
        END
        [ -z "$gone" ] || { echo "The archive no longer has:$gone" >&2; echo "Take what it has now: slipway lock --upgrade" >&2; exit 1; }
        [ -z "$changed" ] || { echo "The archive has other files than the lock says for:$changed" >&2; exit 1; }
        apt-get install --yes --no-install-recommends -qq -o Dpkg::Use-Pty=0 $all
        {{Clean}}
        """;
}
