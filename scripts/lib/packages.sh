# shellcheck shell=bash
# Debian's packages: what the scripts need, and installing what is missing of it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_build_packages() {
  install_packages cmake g++ libcli11-dev libmongoc-dev libspdlog-dev libssl-dev libtomlplusplus-dev media-types ninja-build "$@"
}

install_test_packages() {
  install_build_packages bash-completion catch2 ccache clang-14 clang-format-14 clang-tidy-14 doxygen fish iproute2 libclang-rt-14-dev \
    mandoc openssl pkg-config python3-gridfs python3-pymongo python3-pytest python3-snappy python3-zstandard shellcheck stress-ng tzdata zsh
}

# install_packages NAME...: installs those that are not there. Asks nothing, and does nothing when all are there.
install_packages() {
  local name missing=() as_root=()
  command -v dpkg-query >/dev/null || die "this is not Debian: install what it calls $* and see README.md on building"
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  ((${#missing[@]})) || return 0

  if ((EUID != 0)); then
    sudo -n true 2>/dev/null || die "neither root nor sudo without a password: install these packages: ${missing[*]}"
    as_root=(sudo -n)
  fi
  say "installing ${missing[*]}"
  quietly "update the list of packages" "${as_root[@]}" apt-get -q update
  quietly "install ${missing[*]}" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "${missing[@]}"
}
