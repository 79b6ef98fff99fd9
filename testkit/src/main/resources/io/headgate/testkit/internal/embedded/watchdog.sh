#!/bin/sh
# Ends the servers of one cluster and removes its folder, once the process at the other end of standard input is gone.
#
# The JVM holds that other end and never writes to it. The kernel closes it however the JVM ends, kill -9 included, and
# that is the one sign which needs no cooperation. The servers are found by their working folder, which is in the
# cluster's and which no server ever leaves; so a process that was started a moment before the end is found too.
folder=$1
newline='
'

# Prints the process id of every server of the cluster. Needs the same user as the servers.
servers() {
  for process in /proc/[0-9]*; do
    read -r name 2>/dev/null <"$process/comm" || continue
    case $name in
      postgres | pgbouncer*)
        for home in "$folder"/*/data "$folder"/bouncer-*; do
          if [ "$process/cwd" -ef "$home" ]; then
            echo "${process#/proc/}"
            break
          fi
        done
        ;;
    esac
  done
}

# An immediate shutdown, not SIGKILL at once: PostgreSQL gives back its shared memory itself.
shut_down() {
  found=$newline$(servers)$newline
  [ "$found" != "$newline$newline" ] || return 0
  # shellcheck disable=SC2086 # a list of numbers
  kill -CONT $found 2>/dev/null
  for pid_file in "$folder"/*/data/postmaster.pid; do
    read -r postmaster 2>/dev/null <"$pid_file" || continue
    # The file of one that was killed may name a process id that somebody else has by now.
    case $found in *"$newline$postmaster$newline"*) kill -QUIT "$postmaster" 2>/dev/null ;; esac
  done
  for pid in $found; do
    case $(cat "/proc/$pid/comm" 2>/dev/null) in pgbouncer*) kill -KILL "$pid" 2>/dev/null ;; esac
  done
  attempts=0
  while [ -n "$(servers)" ] && [ "$attempts" -lt 50 ]; do
    sleep 0.1
    attempts=$((attempts + 1))
  done
  # shellcheck disable=SC2046
  kill -KILL $(servers) 2>/dev/null
}

# A postmaster that was killed before left its lock file, which names the shared memory it left too (line 7).
free_shared_memory() {
  for pid_file in "$folder"/*/data/postmaster.pid; do
    [ -f "$pid_file" ] || continue
    segment=$(sed -n '7s/^ *[0-9]* *\([0-9]*\).*/\1/p' "$pid_file")
    [ -z "$segment" ] || ipcrm -m "$segment" 2>/dev/null
  done
}

# All in one function, read whole before it runs: this file is in the folder that it removes.
main() {
  trap '' HUP INT TERM
  cd /
  read -r _
  shut_down
  free_shared_memory
  rm -rf "$folder"
}

main
exit 0
