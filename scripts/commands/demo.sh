. scripts/pgbouncer.sh
. scripts/run-main.sh

demo_usage() {
  cat <<'TXT'
Usage: ./dev demo [--keep] [--seconds N] [--callers N]

Starts PostgreSQL with a replica, each behind a PgBouncer, runs the quick start (samples/quickstart) against them, and
stops them. The options go to the quick start as they are:

  --keep       leave the cluster up afterwards, until Ctrl-C, and print its URLs
  --seconds N  how long to send queries (default 15)
  --callers N  how many callers send queries at the same time (default 200)

The exit code is the quick start's: 0 every query succeeded, 1 not so, 2 wrong usage, 130 after Ctrl-C. 3: a
prerequisite is missing.
TXT
}

demo_main() {
  require_build
  require_pgbouncer
  build_main samples/quickstart
  run_main samples/quickstart io.headgate.samples.quickstart.QuickStart "$@"
}
