. scripts/pgbouncer.sh
. scripts/run-main.sh

demo_usage() {
  cat <<'TXT'
Usage: ./dev demo [--keep] [--seconds N] [--users N] [--port N] [--driver NAME]

Shows the music service (samples/music-service), a Spring Boot application over R2DBC, on Headgate and on R2DBC Pool side by
side, each on a PostgreSQL of its own behind a PgBouncer. After a warm-up both get the same load and the same faults: clients
that hang up, an altered table, a killed PgBouncer. Headgate reads on two replicas, whose replay is then paused, while users check that they see
what they wrote. At the end the plays that users were told of are compared with those in the
database, and all is stopped. A page at http://127.0.0.1:8080 shows live figures meanwhile. The options go to the demo as they
are:

  --keep         leave all of it up afterwards, with users at a slower pace, until Ctrl-C
  --seconds N    how long users send requests, all parts together (default 60)
  --users N      users of each service, who send two requests a second each at most (default 200)
  --port N       the first service's port (default 8080; 0: any that is free)
  --driver NAME  this driver alone: headgate or r2dbc-pool (default: both)

The exit code is the demo's: 0 Headgate served every request that it should, no read was stale and the plays agree, 1 not so, 2 wrong usage, 130
after Ctrl-C. 3: a prerequisite is missing.
TXT
}

demo_main() {
  check_arguments demo "--keep" "--seconds --users --port" "--driver" "$@"
  ((${#POSITIONALS[@]} == 0)) || command_usage_error demo "demo takes options only, not '${POSITIONALS[0]}'"
  require_build
  require_pgbouncer
  build_main samples/music-service
  run_main samples/music-service io.headgate.samples.music.demo.Demo "$@"
}
