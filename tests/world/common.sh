# Shared by the scripts of this folder; sourced, never run.
set -euo pipefail
export LC_ALL=C

world_source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
world=${SLIPWAY_WORLD:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway-world}
mkdir -p "$world"

say() { printf '%s\n' "$*" >&2; }

# need COMMAND PACKAGE REASON: a plain sentence instead of "command not found"
need() {
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] ||
    { say "the offline world needs '$1' ($3): apt-get install $2"; exit 1; }
}

# One builder at a time: a second one waits here, then finds everything made.
lock_world() {
  exec 8>"$world/lock"
  flock 8
}

# The suites of this machine's own distribution, as lines for sources.list. Read from apt, so that proxies, mirrors and
# snapshots which the machine uses hold for the images too, and no archive is named in this repository.
machine_sources() {
  local codename
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)|$(SIGNED_BY)' 'Identifier: Packages' |
    awk -F'|' -v name="$codename" '
      ($1 == "Debian" || $1 == "Ubuntu") && index($2, name) == 1 && $2 !~ /backports|proposed/ {
        options = ($6 ~ /^\/usr\/share\/keyrings\//) ? "[signed-by=" $6 "] " : ""
        print "deb " options $5 " " $3 " " $4
      }' | sort -u
}

# A new machine has no package lists yet; without them apt cannot tell where its sources come from.
ensure_package_lists() {
  [ -z "$(machine_sources)" ] || return 0
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  "${as_root[@]}" apt-get update -qq >&2 && [ -n "$(machine_sources)" ] ||
    { say "apt knows no sources of this system; as root: apt-get update"; exit 1; }
}

# What apt needs on this machine to reach its sources: proxies and relaxed date checks.
machine_apt_options() {
  apt-config dump | grep -E '^Acquire::(http|https|ftp)::Proxy |^Acquire::Check-|^Acquire::(Retries|ForceIPv4) ' || true
  [ -z "${http_proxy:-}" ] || echo "Acquire::http::Proxy \"$http_proxy\";"
  [ -z "${https_proxy:-}" ] || echo "Acquire::https::Proxy \"$https_proxy\";"
}
