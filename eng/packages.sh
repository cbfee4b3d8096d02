# Installs missing system packages, saying which and why; sourced by ./slipway, ./quickstart, ./test and bench/run.

# need_packages LINE…   each line "test|package|reason"; the test is a command's name, or a path (with wildcards) that must exist
need_packages() {
  local line test package reason missing=()
  for line in "$@"; do
    IFS='|' read -r test package reason <<<"$line"
    case $test in
      */*) compgen -G "$test" >/dev/null && continue ;;
      *) { command -v "$test" || PATH=$PATH:/usr/sbin:/sbin command -v "$test"; } >/dev/null && continue ;;
    esac
    missing+=("$package")
    echo "  $package: $reason" >&2
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local install=(apt-get install -y --no-install-recommends "${missing[@]}")
  if ! command -v apt-get >/dev/null; then
    echo "these packages are missing (above: what each is for); install them with your system's package manager" >&2
    return 1
  fi
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      as_root=(sudo)
    else
      echo "these packages are missing; as root: apt-get update && ${install[*]}" >&2
      return 1
    fi
  fi
  echo "installing: ${missing[*]}" >&2
  local log; log=$(mktemp)
  { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}"; } >"$log" 2>&1 ||
    { cat "$log" >&2; rm -f "$log"; return 1; }
  rm -f "$log"
}

# The .NET SDK that global.json asks for: on the PATH, or where its install script puts it.
need_dotnet() {
  local folder
  for folder in "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
    command -v dotnet >/dev/null || { [ ! -x "$folder/dotnet" ] || PATH=$PATH:$folder; }
  done
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  { (cd "$1" && dotnet --version) >/dev/null 2>&1; } 2>/dev/null && return 0
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 # without libicu the SDK does not start; nothing here needs it
  { (cd "$1" && dotnet --version) >/dev/null 2>&1; } 2>/dev/null && return 0
  echo "the .NET SDK of global.json is missing: $(grep -o '"version": *"[^"]*"' "$1/global.json")" >&2
  echo "get it from https://dot.net/download (or run their dotnet-install.sh --channel 10.0), then try again" >&2
  return 1
}
