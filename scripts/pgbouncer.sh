# Finds or builds the PgBouncers the testkit starts. Sourced by the commands that need them.

readonly PROVIDE_PGBOUNCER=testkit/src/main/resources/io/headgate/testkit/provide-pgbouncer.sh

# Why the tests of PgBouncer 1.18 cannot run; empty when they can.
LEGACY_MISSING=''

# provide NAME: the testkit's script says what it does as it goes; its last line is the path of the executable.
provide() { bash "$PROVIDE_PGBOUNCER" "--$1" | tee "$LOG_DIRECTORY/pgbouncer-$1.path"; }

# find_pgbouncer VARIABLE NAME TITLE: leaves VARIABLE exported, or returns 1.
find_pgbouncer() {
  local -n path=$1
  local name=$2 title=$3
  if [[ -n "${path-}" ]]; then
    [[ -x "$path" && ! -d "$path" ]] || die "$EXIT_PREREQUISITE" "$1 is '$path', which is no executable file"
  else
    run_step "$title" "pgbouncer-$name" provide "$name" || return 1
    path=$(tail -n 1 "$LOG_DIRECTORY/pgbouncer-$name.path")
    [[ -x "$path" ]] || { warn "$PROVIDE_PGBOUNCER --$name named '$path', which is no executable file"; return 1; }
  fi
  export "$1"
}

require_pgbouncer() {
  find_pgbouncer HEADGATE_PGBOUNCER current "Providing PgBouncer" || die "$EXIT_PREREQUISITE" \
    "there is no PgBouncer 1.21 or newer. As root on Debian or Ubuntu it is installed or built by itself;" \
    "elsewhere install one and set HEADGATE_PGBOUNCER to its path, or use ./dev --docker."
}

# Whether to go on without it is the caller's choice: the tests that need it say so by failing.
try_legacy_pgbouncer() {
  find_pgbouncer HEADGATE_PGBOUNCER_LEGACY legacy "Providing PgBouncer 1.18" ||
    LEGACY_MISSING="no PgBouncer 1.18 could be had (target/dev/pgbouncer-legacy.log), so the tests of its behaviour fail; --without-legacy skips them"
}
