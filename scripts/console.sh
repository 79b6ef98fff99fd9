# Output, exit codes and long-running steps. Sourced by ./dev.

readonly EXIT_OK=0 EXIT_FAILED=1 EXIT_USAGE=2 EXIT_PREREQUISITE=3

# Where each step's full output goes; ./dev clean removes it together with everything else that was built.
readonly LOG_DIRECTORY=$HEADGATE_ROOT/target/dev

if [[ -t 1 && -z "${NO_COLOR-}" && "${TERM-dumb}" != dumb ]]; then
  DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' RESET=$'\e[0m'
else
  DIM='' RED='' GREEN='' YELLOW='' RESET=''
fi

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "${YELLOW}warning:${RESET} $*" >&2; }

# die EXIT_CODE MESSAGE...
die() {
  local code=$1
  shift
  printf '%s\n' "${RED}./dev:${RESET} $*" >&2
  exit "$code"
}

usage_error() { die "$EXIT_USAGE" "$* (./dev --help)"; }

# command_usage_error COMMAND MESSAGE...
command_usage_error() {
  local command=$1
  shift
  die "$EXIT_USAGE" "$* (./dev $command --help)"
}

# check_arguments COMMAND FLAGS NUMBERS TEXTS ARGUMENT...: ends with wrong usage at an unknown option, one without its value and a
# number that is none, before anything is built. The lists are separated by blanks. Leaves the rest in POSITIONALS.
check_arguments() {
  local command=$1 flags=" $2 " numbers=" $3 " texts=" $4 " option value
  shift 4
  POSITIONALS=()
  while (($#)); do
    case "$1" in
      -*)
        option=${1%%=*}
        if [[ "$flags" == *" $1 "* ]]; then
          shift
          continue
        fi
        [[ "$numbers$texts" == *" $option "* ]] || command_usage_error "$command" "$command has no option '$option'"
        if [[ "$1" == *=* ]]; then
          value=${1#*=}
        else
          (($# > 1)) || command_usage_error "$command" "$option needs a value"
          value=$2
          shift
        fi
        [[ "$numbers" != *" $option "* || "$value" =~ ^[0-9]{1,9}$ ]] ||
          command_usage_error "$command" "$option needs a whole number, not '$value'"
        ;;
      *) POSITIONALS+=("$1") ;;
    esac
    shift
  done
}

# require_count OPTION VALUE: a whole number from 1 on.
require_count() {
  [[ "${2-}" =~ ^[1-9][0-9]{0,8}$ ]] || usage_error "$1 needs a whole number from 1 on, not '${2-}'"
}

elapsed_text() {
  local seconds=$1
  if ((seconds < 60)); then printf '%ds' "$seconds"; else printf '%dm%02ds' $((seconds / 60)) $((seconds % 60)); fi
}

# The newest line of a log that says what is being worked on: Maven's module, the running test class, or apt's package.
step_hint() {
  tail -c 65536 "$1" 2>/dev/null |
    sed -nE 's/^\[INFO\] (Building .* \[[0-9]+\/[0-9]+\]).*/\1/p; s/^\[INFO\] Running (.*\.)?([A-Za-z0-9_$]+)$/\2/p; s/^(Setting up [^ ]+).*/\1/p' |
    tail -n 1 | tr -s ' '
}

# stop_step EXIT_CODE PID TITLE: ends the step's process group and returns only when it is gone.
stop_step() {
  local code=$1 pid=$2 title=$3 deadline=$((SECONDS + 20))
  trap - INT TERM
  kill -TERM -- "-$pid" 2>/dev/null || true
  while kill -0 -- "-$pid" 2>/dev/null; do
    if ((SECONDS >= deadline)); then kill -KILL -- "-$pid" 2>/dev/null || true; fi
    sleep 0.1
  done
  printf '\n%s\n' "${YELLOW}stopped:${RESET} $title" >&2
  exit "$code"
}

# run_step TITLE LOG COMMAND...: runs a command with its whole output in LOG_DIRECTORY/LOG.log. A terminal sees one line
# that counts the seconds, anything else a line every half minute. A failure shows the end of the log; the command's
# exit code is returned.
run_step() {
  local title=$1 log=$LOG_DIRECTORY/$2.log
  shift 2
  mkdir -p "$LOG_DIRECTORY"
  : >"$log"

  local started=$SECONDS pid code=0
  # A process group of its own, so that Ctrl-C ends the command's children too, and ends them before this script does.
  set -m
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  trap 'stop_step 130 "$pid" "$title"' INT
  trap 'stop_step 143 "$pid" "$title"' TERM

  show_progress "$pid" "$title" "$log"
  wait "$pid" || code=$?
  trap - INT TERM

  [[ -t 1 ]] && printf '\r\e[K'
  local took
  took=$(elapsed_text $((SECONDS - started)))
  if ((code == 0)); then
    say "${GREEN}[ ok ]${RESET} $title ${DIM}($took)${RESET}"
  else
    say "${RED}[FAIL]${RESET} $title (exit code $code after $took)"
    show_failure "$log"
  fi
  return "$code"
}

show_progress() {
  local pid=$1 title=$2 log=$3 started=$SECONDS last_report=$SECONDS width
  if [[ -t 1 ]]; then width=$(tput cols 2>/dev/null || echo 80); else say "[ .. ] $title"; fi
  while kill -0 "$pid" 2>/dev/null; do
    if [[ -t 1 ]]; then
      local line
      line="[ .. ] $title $(elapsed_text $((SECONDS - started))) $(step_hint "$log")"
      printf '\r\e[K%s' "${line:0:width-1}"
      sleep 0.5
    else
      if ((SECONDS - last_report >= 30)); then
        last_report=$SECONDS
        say "       $(elapsed_text $((SECONDS - started))) $(step_hint "$log")"
      fi
      sleep 0.2
    fi
  done
}

# Maven says what went wrong in [ERROR] lines, indents the differences of a format check by eight, and then explains how
# to ask for more; other tools end with the reason.
show_failure() {
  local log=$1 errors
  errors=$(grep -E '^\[ERROR\]' "$log" | grep -vE '^\[ERROR\] {8}|^\[ERROR\] *$|re-run Maven|full debug logging|For more information about|\[Help [0-9]\] http|After correcting the problems' |
    awk '!seen[$0]++' | cut -c1-400 | head -n 40 || true)
  say "${DIM}------ from ${log#"$HEADGATE_ROOT"/} ------${RESET}"
  if [[ -n "$errors" ]]; then say "$errors"; else tail -n 40 "$log"; fi
  say "${DIM}------ the whole of it: ${log#"$HEADGATE_ROOT"/} ------${RESET}"
}
