. scripts/pgbouncer.sh
. scripts/run-main.sh

bench_usage() {
  cat <<'TXT'
Usage: ./dev bench SCENARIO [--seconds N] [--callers N] [--direct] [--rounds N] [--url URL] [--contenders a,b]
                            [--connections N] [--warm-up MILLIS]
       ./dev bench jmh [REGEX]

Compares Headgate with its peers through the same PgBouncer in transaction mode: each contender in a process of its own,
at its best pool size out of several, in rounds that run each of them once. Prints a table and, as the last line, JSON.

Scenarios
  lookup       one row by primary key out of 100,000
  multi        calls of twenty look-ups each, all at once (JDBC: one after the other); counts calls
  mixed        look-ups, and one statement in twenty that takes 20 ms; the percentiles are those of the look-ups
  update       an update of one row out of 100,000, each in a transaction of its own
  insert       an insert of one row into a growing table, each in a transaction of its own
  update_hot   every other statement updates one of ten rows; the percentiles are those of the look-ups between them
  transaction  select, update and select in one transaction
  script       the three statements of transaction without a look at answers in between; headgate: atomically(...)
  replicas     look-ups over a primary and two replicas, and on the primary alone, beside 100 updates a second by another
               client; also the part of the look-ups that replicas answered
  spring       a Spring Data application: look-ups by a repository, one call in twenty a transactional method;
               the same application on r2dbc:headgate: and on r2dbc:pool:postgresql:
  bulk         inserting 100,000 rows; counts rows. headgate: unnest; headgate_r2dbc_driver, pgjdbc_copy: COPY;
               headgate_batch, vertx_pool, r2dbc_pool: their batches
  users        10,000 users who pause for a second between look-ups, 5 processes, 25 server connections in all
  jmh          hot inner parts by themselves, with what they allocate (JMH); REGEX chooses among them

Options
  --seconds N        length of a round (default 8)
  --callers N        concurrent callers (default 64; users: 10000; bulk has one)
  --direct           straight to PostgreSQL
  --rounds N         rounds, of which the median counts (default 3)
  --url URL          use the database there, such as postgresql://user:password@host:5432/db; makes tables bench_* in it
  --contenders a,b   only these; an unknown name tells those there are
  --connections N    this pool size for every contender instead of calibrating
  --warm-up MILLIS   before a process's first measurement (default 8000: a JIT compiler at work
                     takes a third of two cores from whoever is measured; spring: 20000, several times the
                     code; users: 40000, as each of five processes compiles and serves a fifth)

pgbench, the limit that a client in C reaches, is used where it is found; as root on Debian or Ubuntu it is installed.

Exit codes: 0 every contender was measured without an error, 1 not so, 2 wrong usage, 3 a prerequisite is missing,
130 after Ctrl-C.
TXT
}

# A limit to compare with, not a need: the benchmark says so when it goes without.
try_pgbench() {
  command -v pgbench >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/pgbench' >/dev/null && return
  can_apt || return 0
  run_step "Installing pgbench" install-pgbench apt_install postgresql-contrib ||
    warn "pgbench could not be installed; apt-get install postgresql-contrib brings it"
}

readonly SCENARIOS=(lookup multi mixed update update_hot insert transaction script replicas spring bulk users)

# Ends with wrong usage before anything is built.
check_scenario() {
  check_arguments bench "--direct" "--seconds --callers --rounds --connections --warm-up" "--url --contenders" "$@"
  ((${#POSITIONALS[@]} > 0)) || command_usage_error bench "bench needs a scenario: ${SCENARIOS[*]} or jmh"
  ((${#POSITIONALS[@]} == 1)) || command_usage_error bench "bench takes one scenario, not '${POSITIONALS[*]}'"
  [[ " ${SCENARIOS[*]} " == *" ${POSITIONALS[0],,} "* ]] ||
    command_usage_error bench "unknown scenario '${POSITIONALS[0]}'; the scenarios are: ${SCENARIOS[*]} jmh"
}

bench_main() {
  [[ "${1-}" == jmh ]] || check_scenario "$@"
  require_build
  if [[ "$1" == jmh ]]; then
    shift
    build_main benchmarks
    run_main benchmarks io.headgate.benchmarks.jmh.JmhCommand "$@"
  fi
  case " $* " in
    *" --direct "* | *" --url "* | *" --url="*) ;;
    *) require_pgbouncer ;;
  esac
  case " $* " in
    *" lookup "* | *" update "* | *" transaction "*) try_pgbench ;;
  esac
  build_main benchmarks
  run_main benchmarks io.headgate.benchmarks.BenchCommand "$@"
}
