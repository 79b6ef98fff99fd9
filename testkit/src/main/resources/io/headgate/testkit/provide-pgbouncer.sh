#!/usr/bin/env bash
# Provides a PgBouncer binary for tests without installing one: nothing is put on the PATH, no service is started.
set -euo pipefail
# Another user runs what is provided.
umask 022

usage() {
  cat <<'TEXT'
Usage: provide-pgbouncer.sh [--current | --legacy | --cache-dir] [--help]

  --current    PgBouncer 1.21 or newer (the default)
  --legacy     PgBouncer before 1.21, which does not know prepared statements in transaction mode
  --cache-dir  only print the folder in which the binaries are kept
  --help       this text

The path of the binary is the last line of standard output; progress goes to standard error. A binary that was
provided before is used again. Works on Debian and Ubuntu: the machine's own package is unpacked (not installed) when
it is of the right age, otherwise a source package of another release is built, from the mirror that the machine's apt
sources name. Building installs build-essential, pkg-config, libevent-dev and libssl-dev if they are missing, which
needs root.

Binaries are kept in $XDG_CACHE_HOME/headgate or ~/.cache/headgate; for root in /var/cache/headgate when an ordinary
user cannot enter that folder, because PgBouncer refuses to run as root.

Exit status: 0 done, 2 wrong usage, 3 unsupported machine, 4 root is needed, 5 download failed, 6 build failed.
TEXT
}

say() { printf 'provide-pgbouncer: %s\n' "$*" >&2; }
fail() { local status=$1; shift; say "$*"; exit "$status"; }

# The version boundary between the two releases: prepared statements in transaction mode came with 1.21.
is_current() { dpkg --compare-versions "$1" ge 1.21; }
is_wanted() { if [ "$release" = current ]; then is_current "$1"; else ! is_current "$1"; fi; }

version_of() { "$1" --version 2>/dev/null | sed -n 's/^PgBouncer \([0-9.]*\).*/\1/p'; }

cache_dir() {
  local home dir existing
  # As Java finds user.home: from the user database, whatever HOME says.
  home=$(getent passwd "$(id -u)" | cut -d: -f6)
  dir=${XDG_CACHE_HOME:-${home:-/nonexistent}/.cache}
  existing=$dir
  while [ ! -d "$existing" ]; do existing=$(dirname "$existing"); done
  if [ "$(id -u)" = 0 ] && ! setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups test -x "$existing"; then
    dir=/var/cache
  fi
  printf '%s/headgate\n' "$dir"
}

# The folder of a finished binary appears at once, by renaming; nobody ever sees half of one.
publish() {
  local built=$1 target=$2
  chmod -R u=rwX,go=rX "$built"
  rm -rf "$target"
  mv "$built" "$target"
  printf '%s\n' "$target/bin/pgbouncer"
}

target_of() { if [ "$release" = legacy ]; then printf '%s/pgbouncer-legacy\n' "$cache"; else printf '%s/pgbouncer-%s\n' "$cache" "$1"; fi; }

provided_before() {
  local binary version
  for binary in "$cache"/pgbouncer-*/bin/pgbouncer; do
    [ -x "$binary" ] || continue
    version=$(version_of "$binary")
    if [ -n "$version" ] && is_wanted "$version"; then
      printf '%s\n' "$binary"
      return 0
    fi
  done
  return 1
}

# apt's own download user cannot enter our working folder, and warns about it at length.
apt_options=(-o APT::Sandbox::User=root)

# Lists of our own when the machine has none, so that the system's stay untouched.
apt_lists=()
fresh_lists() {
  [ ${#apt_lists[@]} -gt 0 ] && return 0
  say 'fetching package lists'
  mkdir -p "$work/lists/partial" "$work/apt-cache/archives/partial"
  apt_lists=(-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/apt-cache")
  apt-get "${apt_options[@]}" "${apt_lists[@]}" -qq update >&2 || fail 5 'the package lists could not be fetched'
}

candidate_of() { apt-cache "${apt_lists[@]}" policy "$1" | sed -n 's/^ *Candidate: \([0-9].*\)/\1/p'; }

download() {
  local package
  for package in "$@"; do
    if [ -n "$(candidate_of "$package")" ]; then
      (cd "$work" && apt-get "${apt_options[@]}" "${apt_lists[@]}" -qq download "$package" >&2) && return 0
      fresh_lists
      (cd "$work" && apt-get "${apt_options[@]}" "${apt_lists[@]}" -qq download "$package" >&2) && return 0
    fi
  done
  fail 5 "could not download the package $*"
}

# Shared libraries that the machine lacks are unpacked beside the binary, not installed.
packages_with() {
  case $1 in
    libcares.so.2) echo libc-ares2 libcares2 ;;
    libevent-2.1.so.7) echo libevent-2.1-7 libevent-2.1-7t64 ;;
    *) fail 3 "PgBouncer needs the library $1, which this machine lacks; install it" ;;
  esac
}

machine_has_wanted_package() {
  local candidate
  candidate=$(candidate_of pgbouncer)
  if [ -z "$candidate" ]; then
    fresh_lists
    candidate=$(candidate_of pgbouncer)
  fi
  [ -n "$candidate" ] && is_wanted "$candidate"
}

unpack_package() {
  local root=$work/package library names name archive libraries
  say "unpacking this machine's package of pgbouncer"
  download pgbouncer
  dpkg -x "$work"/pgbouncer_*.deb "$root"
  for library in $(ldd "$root/usr/sbin/pgbouncer" | sed -n 's/^\s*\(\S*\) => not found.*/\1/p'); do
    names=$(packages_with "$library")
    say "unpacking its library $library"
    # shellcheck disable=SC2086 # several names on purpose: the package was renamed between releases
    download $names
    for name in $names; do
      # Every package that was downloaded under one of the names; the pattern stays as it is when there is none.
      for archive in "$work/$name"_*.deb; do [ ! -f "$archive" ] || dpkg -x "$archive" "$root"; done
    done
  done
  # Where the machine has its libraries already, the package brings none and the folder does not exist.
  mkdir -p "$root/usr/lib"
  libraries=$(find "$root/usr/lib" -name '*.so.*' -printf '%h\n' | sort -u | sed "s|^$root||" | paste -sd:)
  mkdir -p "$root/bin"
  {
    echo '#!/bin/sh'
    # shellcheck disable=SC2016 # to be expanded when the wrapper runs
    echo 'root=$(cd "$(dirname "$0")/.." && pwd)'
    if [ -n "$libraries" ]; then
      printf 'LD_LIBRARY_PATH=%s\nexport LD_LIBRARY_PATH\n' "$(printf '%s' "$libraries" | sed 's|[^:]*|"$root&"|g')"
    fi
    # shellcheck disable=SC2016
    echo 'exec "$root/usr/sbin/pgbouncer" "$@"'
  } >"$root/bin/pgbouncer"
  chmod 755 "$root/bin/pgbouncer"
  publish "$root" "$(target_of "$(version_of "$root/bin/pgbouncer")")"
}

install_build_tools() {
  local missing=() package
  for package in build-essential pkg-config libevent-dev libssl-dev; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$(id -u)" = 0 ] || fail 4 "building PgBouncer needs ${missing[*]}; install them, or run this as root"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq install -y --no-install-recommends "${missing[@]}" >&2 \
    || { apt-get -qq update >&2 && apt-get -qq install -y --no-install-recommends "${missing[@]}" >&2; } \
    || fail 5 "could not install ${missing[*]}"
}

# The host comes from the machine's own apt sources: a mirror that it may reach.
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1
}

build_source_package() {
  local suite=$1 component=$2 keyring=$3 uri signed='' source version
  install_build_tools
  uri=$(mirror)
  [ -n "$uri" ] || fail 3 'the apt sources of this machine name no mirror'
  [ -f "$keyring" ] && signed="[signed-by=$keyring] "
  mkdir -p "$work/source/lists/partial" "$work/source/cache/archives/partial" "$work/source/tree"
  echo "deb-src $signed$uri $suite $component" >"$work/source/sources.list"
  local apt=(apt-get -qq "${apt_options[@]}" -o "Dir::Etc::sourcelist=$work/source/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$work/source/lists" -o "Dir::Cache=$work/source/cache")
  say "fetching the source package of $suite"
  "${apt[@]}" update >&2 || fail 5 "the source lists of $suite could not be fetched"
  (cd "$work/source" && "${apt[@]}" source --download-only pgbouncer >&2) \
    || fail 5 "the source package of $suite could not be fetched"
  source=$work/source/tree/pgbouncer
  dpkg-source --no-check -x "$work"/source/pgbouncer_*.dsc "$source" >&2 || fail 5 'the source package is broken'
  say 'building'
  (cd "$source" && ./configure --without-cares && make -j"$(nproc)" pgbouncer) >"$work/build.log" 2>&1 \
    || { tail -n 30 "$work/build.log" >&2; fail 6 "PgBouncer of $suite did not build"; }
  version=$(version_of "$source/pgbouncer")
  is_wanted "${version:-0}" || fail 6 "the source package of $suite is PgBouncer ${version:-unknown}, not $release"
  mkdir -p "$work/built/bin"
  cp "$source/pgbouncer" "$work/built/bin/pgbouncer"
  publish "$work/built" "$(target_of "$version")"
}

build() {
  local id
  id=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}")
  case "$release $id" in
    'current ubuntu'*) build_source_package noble universe /usr/share/keyrings/ubuntu-archive-keyring.gpg ;;
    'legacy ubuntu'*) build_source_package jammy universe /usr/share/keyrings/ubuntu-archive-keyring.gpg ;;
    'current '*debian*) build_source_package trixie main /usr/share/keyrings/debian-archive-keyring.gpg ;;
    'legacy '*debian*) build_source_package bookworm main /usr/share/keyrings/debian-archive-keyring.gpg ;;
    *) fail 3 "this machine is neither Debian nor Ubuntu; install PgBouncer and name it in HEADGATE_PGBOUNCER" ;;
  esac
}

release=current
for argument in "$@"; do
  case $argument in
    --current) release=current ;;
    --legacy) release=legacy ;;
    --cache-dir) cache_dir; exit 0 ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; fail 2 "unknown argument $argument" ;;
  esac
done
for tool in apt-get apt-cache dpkg flock; do
  command -v "$tool" >/dev/null || fail 3 "$tool is missing; install PgBouncer and name it in HEADGATE_PGBOUNCER"
done

cache=$(cache_dir)
mkdir -p "$cache"
# Two at once would build twice; the second waits and finds the first one's.
exec 9>"$cache/provide-pgbouncer.lock"
flock 9
provided_before && exit 0
# What a killed run left; nobody else is at work while we hold the lock.
rm -rf "$cache"/.providing-*
# On the cache's file system, so that publishing is a rename.
work=$(mktemp -d "$cache/.providing-XXXXXX")
trap 'rm -rf "$work"' EXIT
if machine_has_wanted_package; then unpack_package; else build; fi
