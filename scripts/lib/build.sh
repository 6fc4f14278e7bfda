# shellcheck shell=bash
# Building a preset of CMakePresets.json.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# A tree in another place compiles to the same: ccache, where it is installed, may know it from there.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
# What else it wants to know of precompiled headers is the compiler's own business.
export CCACHE_SLOPPINESS=pch_defines,time_macros

# build_preset PRESET CMAKE_OPTION...: builds it in build/PRESET.
build_preset() {
  cd "$root"
  say "building preset $1"
  cmake --preset "$@" >/dev/null
  cmake --build --preset "$1" -j "$(nproc)"
}
