. scripts/pgbouncer.sh
. scripts/run-main.sh

demo_usage() {
  cat <<'TXT'
Usage: ./dev demo [--keep] [--seconds N] [--callers N]

Starts PostgreSQL and PgBouncer, runs the quick start (samples/quickstart) against them, and stops them.
The options go to the quick start as they are:

  --keep       leave PostgreSQL and PgBouncer running afterwards, until Ctrl-C
  --seconds N  how long to send queries
  --callers N  how many callers send queries at the same time

The exit code is the quick start's: 0 when every query succeeded. 2: wrong usage, 3: a prerequisite is missing.
TXT
}

demo_main() {
  require_build
  require_pgbouncer
  build_main samples/quickstart
  run_main samples/quickstart io.headgate.samples.quickstart.QuickStart "$@"
}
