# What the commands in this folder share. Sourcing it turns on strict mode and goes to the top of the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# So that one compiler cache serves every checkout: paths below this one are told relative to where the compiler runs.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "these need root or sudo to install; run as root: $*"
  fi
}

# missing_packages GROUP...: the packages of these groups that are not there.
missing_packages() {
  local wanted=" $* " group package command
  while read -r group package command; do
    [[ $group != '#' && $wanted == *" $group "* ]] || continue
    if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done <scripts/packages | sort -u
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "not a Debian system; install the equivalents of: ${missing[*]}"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# build PRESET [TARGET...]: configures and builds; on all cores that may be used.
build() {
  local preset=$1
  shift
  # Read by CMake when it configures for the first time.
  if command -v mold >/dev/null; then export LDFLAGS=-fuse-ld=mold; fi
  cmake --preset "$preset" >&2
  cmake --build --preset "$preset" --parallel "$(nproc)" ${1:+--target "$@"} >&2
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
