# Finds or installs what a command needs: a JDK, unzip, PgBouncer. Sourced by ./dev.

readonly MINIMUM_JAVA=17

can_apt() { [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; }

# apt_install PACKAGE...: installs without the recommended extras; fails where the packages do not exist.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "$@" ||
    { apt-get update && apt-get install -y --no-install-recommends "$@"; }
}

# The major version of the JDK in directory $1; nothing when there is no complete JDK.
jdk_version() {
  [[ -x "$1/bin/javac" && -x "$1/bin/java" ]] || return 0
  "$1/bin/javac" -version 2>&1 | sed -nE 's/^javac ([0-9]+).*/\1/p'
}

is_usable_jdk() {
  local version
  version=$(jdk_version "$1")
  [[ -n "$version" ]] && ((version >= MINIMUM_JAVA))
}

# The JDK on the PATH, then those where Debian puts them, lowest version first.
find_jdk() {
  local candidate
  if command -v javac >/dev/null; then
    candidate=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
    if is_usable_jdk "$candidate"; then echo "$candidate"; return; fi
  fi
  for candidate in $(ls -d /usr/lib/jvm/*/ 2>/dev/null | sort -V); do
    if is_usable_jdk "${candidate%/}"; then echo "${candidate%/}"; return; fi
  done
}

# Debian 12 and Ubuntu have JDK 17; later Debians have only a newer one, which default-jdk names.
install_jdk() { apt_install openjdk-17-jdk-headless || apt_install default-jdk-headless; }

# Leaves JAVA_HOME exported and JAVA_VERSION set.
require_jdk() {
  if [[ -n "${JAVA_HOME-}" ]]; then
    is_usable_jdk "$JAVA_HOME" ||
      die "$EXIT_PREREQUISITE" "JAVA_HOME is '$JAVA_HOME', which is no JDK of version $MINIMUM_JAVA or newer." \
        "Point it at one, or unset it to let ./dev look for one."
  else
    JAVA_HOME=$(find_jdk)
    if [[ -z "$JAVA_HOME" ]]; then
      can_apt || die "$EXIT_PREREQUISITE" "there is no JDK $MINIMUM_JAVA or newer." \
        "Install one (on Debian or Ubuntu, running ./dev as root does), set JAVA_HOME, or use ./dev --docker."
      run_step "Installing a JDK" install-jdk install_jdk ||
        die "$EXIT_PREREQUISITE" "no JDK could be installed; install JDK $MINIMUM_JAVA or newer, or use ./dev --docker."
      JAVA_HOME=$(find_jdk)
      [[ -n "$JAVA_HOME" ]] || die "$EXIT_PREREQUISITE" "apt installed no JDK $MINIMUM_JAVA or newer"
    fi
  fi
  export JAVA_HOME
  JAVA_VERSION=$(jdk_version "$JAVA_HOME")
}

# The wrapper checks Maven's archive against the pinned sum of the .zip, and takes the .tar.gz where there is no unzip.
require_wrapper_tools() {
  local missing=()
  command -v unzip >/dev/null || missing+=(unzip)
  command -v curl >/dev/null || command -v wget >/dev/null || missing+=(curl ca-certificates)
  ((${#missing[@]})) || return 0
  can_apt || die "$EXIT_PREREQUISITE" "missing: ${missing[*]}. Install them, or use ./dev --docker."
  run_step "Installing ${missing[*]}" install-tools apt_install "${missing[@]}" ||
    die "$EXIT_PREREQUISITE" "could not install ${missing[*]}"
}

require_build() {
  require_jdk
  require_wrapper_tools
}
