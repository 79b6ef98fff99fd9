. scripts/pgbouncer.sh
. scripts/run-main.sh

demo_usage() {
  cat <<'TXT'
Usage: ./dev demo [--keep] [--seconds N] [--users N] [--port N] [--driver NAME]

Starts PostgreSQL with a replica, each behind a PgBouncer, and on them the music service (samples/music-service), a Spring
Boot application over R2DBC. Many users search, read, turn pages and play tracks over HTTP; each second a line tells how it
goes. At the end the plays that users were told of are compared with those in the database, and all is stopped. The options
go to the service's demo as they are:

  --keep         leave all of it up afterwards, until Ctrl-C: the service is at http://127.0.0.1:8080
  --seconds N    how long users send requests (default 15)
  --users N      users at the same time (default 200)
  --port N       the service's port (default 8080; 0: any that is free)
  --driver NAME  headgate (default), or r2dbc-pool for the same service on R2DBC PostgreSQL

The exit code is the demo's: 0 every request succeeded and the plays agree, 1 not so, 2 wrong usage, 130 after Ctrl-C. 3: a
prerequisite is missing.
TXT
}

demo_main() {
  require_build
  require_pgbouncer
  build_main samples/music-service
  run_main samples/music-service io.headgate.samples.music.demo.Demo "$@"
}
