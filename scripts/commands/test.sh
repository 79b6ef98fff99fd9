. scripts/test-reports.sh
. scripts/pgbouncer.sh
. scripts/consumer.sh

test_usage() {
  cat <<'TXT'
Usage: ./dev test [--quick] [--route ROUTE] [--without-legacy]

Builds every module, runs the unit tests and the integration tests against real PostgreSQL and PgBouncer processes,
installs the artifacts into the local Maven repository, and then uses them as a stranger's project would
(integration/consumer). The last line tells what the tests' XML reports hold: N passed, N failed, N skipped.

  --quick           the unit tests only; nothing is installed
  --route ROUTE     how the client's integration tests reach PostgreSQL:
                      direct      straight to PostgreSQL
                      pgbouncer   through a PgBouncer 1.21 or newer
                      legacy      through PgBouncer 1.18
                      replicas    three nodes, each behind a PgBouncer
                      all         the first three, and of R2DBC also replicas (default)
  --without-legacy  do without PgBouncer 1.18: what needs it is left out, and the summary says so. Without this option
                    it fails where PgBouncer 1.18 cannot be had.

Exit codes: 0 everything passed, 1 a build, a test or the consumer check failed, 2 wrong usage, 3 a prerequisite is
missing. Full output: target/dev/*.log.
TXT
}

test_main() {
  local quick='' route=all legacy=yes
  while (($#)); do
    case "$1" in
      --quick) quick=yes ;;
      --route)
        (($# > 1)) || usage_error "test: --route needs a value: direct, pgbouncer, legacy, replicas or all"
        route=$2
        shift
        ;;
      --route=*) route=${1#--route=} ;;
      --without-legacy) legacy='' ;;
      *) usage_error "test: unknown option '$1'" ;;
    esac
    shift
  done
  case "$route" in
    direct | pgbouncer | legacy | replicas | all) ;;
    *) usage_error "test: --route is '$route', but must be direct, pgbouncer, legacy, replicas or all" ;;
  esac
  [[ "$route" != legacy || -n "$legacy" ]] || usage_error "test: --route legacy and --without-legacy contradict each other"

  local started=$SECONDS
  require_build
  remove_reports
  scripts/test-reports-check.sh || FAILED_STEPS+=("the check of this summary's arithmetic")
  if [[ -n "$quick" ]]; then test_quick; else test_everything "$route" "$legacy"; fi
  summarise $((SECONDS - started))
}

# What failed besides single tests, for the summary.
FAILED_STEPS=()

test_quick() {
  run_step "Building and running the unit tests" test \
    maven -fae test -DskipITs "${MAVEN_STRICT[@]}" || FAILED_STEPS+=("the build")
}

test_everything() {
  local route=$1 legacy=$2
  require_pgbouncer
  if [[ -n "$legacy" ]]; then
    try_legacy_pgbouncer
  else
    LEGACY_MISSING="run with --without-legacy: nothing was tested against PgBouncer 1.18"
  fi
  use_maven_of_wrapper
  local arguments=(-fae install "${MAVEN_STRICT[@]}")
  [[ "$route" == all ]] || arguments+=("-Dheadgate.test.route=$route")
  [[ -n "$legacy" ]] || arguments+=(-Dheadgate.test.without-legacy=true)

  if run_step "Building, testing and installing every module" test maven "${arguments[@]}"; then
    check_consumer || FAILED_STEPS+=("the consumer check")
  else
    # What is installed now may be older than the sources; using it would tell nothing about them.
    FAILED_STEPS+=("the build (the consumer check did not run)")
  fi
}

# summarise SECONDS: the last line is for machines; the exit code is the verdict.
summarise() {
  local records passed failed skipped step
  records=$(read_reports)
  read -r passed failed skipped < <(count_outcomes <<<"$records")

  # A run that found no test is a broken run, not a clean one.
  ((passed + failed > 0)) || FAILED_STEPS+=("no test ran")

  say
  print_modules <<<"$records"
  if ((failed)); then say "${RED}failed:${RESET}"; print_cases failed <<<"$records"; fi
  if ((skipped)); then say "${YELLOW}skipped:${RESET}"; print_cases skipped <<<"$records"; fi
  [[ -z "$LEGACY_MISSING" ]] || say "${YELLOW}note:${RESET} $LEGACY_MISSING"
  for step in "${FAILED_STEPS[@]}"; do say "${RED}failed:${RESET} $step"; done
  say "took $(elapsed_text "$1")"
  say "$passed passed, $failed failed, $skipped skipped"

  ((failed == 0 && ${#FAILED_STEPS[@]} == 0)) || exit "$EXIT_FAILED"
}
