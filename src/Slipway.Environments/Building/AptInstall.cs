using System.Collections.Immutable;
using System.Globalization;
using Slipway.Build.Graph;
using Slipway.Dockerfile;
using Slipway.Environments.Locking;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Environments.Building;

/// <summary>
/// Packages of the base system, installed by its own apt: exactly the locked versions, from archives with the locked hashes. Lists, caches and logs stay out of the layer; lists and archives are
/// kept in a cache mount for each base image, so that the install reads what the question for the lock fetched (decision 122).
/// </summary>
internal static class AptInstall
{
    /// <summary>Where <see cref="Resolve"/> puts its answer.</summary>
    public const string ListPath = ".slipway-apt";

    // Not apt's own folders: what the base has in those would be hidden, and images of Docker Hub empty them after each command.
    private const string Kept = "/var/cache/slipway-apt";

    private const string Clean =
        "rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/aux-cache /var/lib/dpkg/*-old /var/log/apt /var/log/dpkg.log /var/log/alternatives.log";

    // The options are given on the command line because base images switch the caches off in files, which come after APT_CONFIG. The lists are indexed by who reads them first, not by the update,
    // which does it anew even if nothing came.
    private const string Functions =
        $$"""
        set -e
        cd {{Kept}}
        mkdir -p lists/partial archives/partial none/partial
        apt() {
          program=$1; shift
          "apt-$program" -o Dir::State::lists={{Kept}}/lists/ -o Dir::Cache={{Kept}}/ -o Dir::Cache::pkgcache=pkgcache.bin -o Dir::Cache::srcpkgcache= \
            -o Acquire::GzipIndexes=false -o Acquire::Languages=none -o APT::Keep-Downloaded-Packages=true "$@"
        }
        forget() { rm -rf lists pkgcache.bin; mkdir -p lists/partial; }
        fetch_lists() { apt get update -qq -o pkgCacheFile::Generate=false; }
        update() { fetch_lists || { forget; fetch_lists; }; }
        hash_of() { apt cache show --no-all-versions "$1=$2" 2>/dev/null | sed -n 's/^SHA256: //p' | head -n 1; }
        """;

    private static readonly ImmutableArray<string> s_environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"];

    /// <summary>How the step is called.</summary>
    public static string Title(PlatformLock locked) => $"apt {string.Join(' ', locked.Apt.Where(p => p.IsRequested).Select(p => p.Name))} ({locked.Apt.Length} packages)";

    /// <summary>The step that installs what is locked.</summary>
    public static RunOperation Operation(StepOrigin origin, Operation parent, PlatformLock locked) =>
        new(origin, parent, Run(Script(locked.Apt), locked.BaseDigest)) { Platform = Platform.Parse(locked.Platform) };

    /// <summary>The command that finds out what would be installed: a line <c>NAME VERSION SIZE SHA256</c> for each archive goes to the file <see cref="ListPath"/>. The archive is always asked.</summary>
    /// <param name="packages">As in apt.txt: <c>name</c> or <c>name=version</c>.</param>
    /// <param name="image">The base image's manifest.</param>
    public static RunDefinition Resolve(IEnumerable<string> packages, Digest image)
    {
        string words = string.Join(' ', packages.Select(p => $"'{p}'"));

        // Archives that are there already would not be told: it is asked as if there were none.
        return Run(
            $$"""
            {{Functions}}
            update
            apt get install -o Dir::Cache::archives={{Kept}}/none/ -o Acquire::ForceHash=SHA256 --print-uris --yes --no-install-recommends -qq {{words}} >uris
            while read -r address file size hash; do
              name=${file%%_*} version=${file#*_}
              version=$(echo "${version%_*}" | sed 's/%3a/:/g')
              architecture=${file##*_} architecture=${architecture%.deb}
              [ "$architecture" = all ] || [ "$architecture" = "$(dpkg --print-architecture)" ] || name=$name:$architecture
              case $hash in SHA256:*) hash=${hash#SHA256:} ;; *) hash=$(hash_of "$name" "$version") ;; esac
              echo "$name $version $size $hash"
            done <uris >/{{ListPath}}
            """, image);
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

    // A line break cannot be in an id of a Dockerfile, so that no RUN of one can put lists or archives of its own here.
    private static string CacheOf(Digest image) => $"slipway\napt of {image}";

    private static RunDefinition Run(string script, Digest image) => new()
    {
        Arguments = ["/bin/sh", "-c", script],
        Environment = s_environment,
        WorkingDirectory = "/",
        User = "",
        Mounts = [new PlannedMount { Kind = MountKind.Cache, Target = Kept, Id = CacheOf(image), Sharing = CacheSharing.Locked }],
    };

    // The lists are only asked whether they know the locked files; that the files are those is seen from their bytes, right before dpkg reads them, wherever they came from. What the cache holds
    // can therefore cost time, but never change the layer. A step that fails is thrown away as a whole, so dpkg need not wait for the disk.
    private static string Script(ImmutableArray<LockedAptPackage> packages) =>
        $$"""
        {{Functions}}
        cat >locked <<'END'
        {{string.Join('\n', packages.Select(p => $"{p.Name} {p.Version} {p.Sha256}"))}}
        END
        cut -d' ' -f3 locked | sort -u >hashes
        sed 's/^/SHA256: /' hashes >wanted
        all=$(sed 's/^\([^ ]*\) \([^ ]*\) .*/\1=\2/' locked)
        cat >verify <<'END'
        files=$(cat)
        for file in $files; do
          hash=$(sha256sum "$file") || exit 1
          grep -qxF "${hash%% *}" {{Kept}}/hashes || { echo "Not the file that the lock says: ${file##*/}" >&2; rm -f "$file"; exit 1; }
        done
        : >{{Kept}}/verified
        END
        rm -f verified
        known() { cat lists/*_Packages 2>/dev/null | LC_ALL=C grep -xFf wanted | sort -u | cmp -s - wanted; }
        check() {
          gone= changed=
          while read -r name version hash; do
            now=$(hash_of "$name" "$version")
            if [ -z "$now" ]; then gone="$gone $name=$version"; elif [ "$now" != "$hash" ]; then changed="$changed $name=$version"; fi
          done <locked
          [ -z "$gone" ] || { echo "The archive no longer has:$gone" >&2; echo "Take what it has now: slipway lock --upgrade" >&2; exit 1; }
          [ -z "$changed" ] || { echo "The archive has other files than the lock says for:$changed" >&2; exit 1; }
        }
        install() {
          apt get install --yes --no-install-recommends -qq -o Dpkg::Use-Pty=0 -o DPkg::Options::=--force-unsafe-io -o "DPkg::Pre-Install-Pkgs::=sh {{Kept}}/verify" $all
        }
        known || { update; known || check; }
        if ! install; then
          [ ! -e verified ] || exit 1
          echo "Asking the archive anew" >&2
          forget
          update
          check
          install
        fi
        find archives -name '*.deb' -ctime +30 -delete
        {{Clean}}
        """;
}
