. scripts/pgbouncer.sh
. scripts/run-main.sh

cluster_usage() {
  cat <<'TXT'
Usage: ./dev cluster [--replicas N] [--version V] [--legacy | --direct] [--setting NAME=VALUE]...

Starts PostgreSQL with a PgBouncer in front of each node, prints every node's URLs, and waits. Ctrl-C or SIGTERM stops
all of it and removes its files.

  --replicas N          streaming replicas beside the primary, 0 to 8 (default 0)
  --version V           PostgreSQL's version, such as 16 or 16.15 (default 18)
  --legacy              PgBouncer 1.18, which does not support prepared statements
  --direct              no PgBouncer
  --setting NAME=VALUE  a setting of PostgreSQL, such as max_connections=50

Exit codes: 130 after Ctrl-C, 143 after SIGTERM, 1 it could not be started, 2 wrong usage, 3 a prerequisite is missing.
TXT
}

cluster_main() {
  require_build
  case " $* " in
    *" --direct "*) ;;
    *" --legacy "*)
      try_legacy_pgbouncer
      [[ -z "$LEGACY_MISSING" ]] || die "$EXIT_PREREQUISITE" "no PgBouncer 1.18 could be had: target/dev/pgbouncer-legacy.log"
      ;;
    *) require_pgbouncer ;;
  esac
  use_maven_of_wrapper
  build_main testkit
  run_main testkit io.headgate.testkit.cli.ClusterCommand "$@"
}
