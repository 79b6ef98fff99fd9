# Sums up the XML reports of Surefire and Failsafe. Sourced by the test command.

report_files() {
  find . \( -path './.git' -o -path './integration' \) -prune -o \
    -path '*/target/*-reports/TEST-*.xml' -print | LC_ALL=C sort
}

remove_reports() {
  find . -path ./.git -prune -o -type d \( -name surefire-reports -o -name failsafe-reports \) -path '*/target/*' \
    -prune -exec rm -rf {} +
}

# The records of test-reports.awk for every report there is.
read_reports() { report_files | tr '\n' '\0' | xargs -0 -r awk -f scripts/test-reports.awk; }

# One row a module, then the sum.
print_modules() {
  awk -F'\t' '
    function time(s) { return s < 60 ? sprintf("%.1fs", s) : sprintf("%dm%02ds", s / 60, s % 60) }
    function row(name, counted, s) {
      printf "%-26s %8d %12d %8d %8d %10s\n", name, count[counted, "unit"], count[counted, "integration"],
        count[counted, "failed"], count[counted, "skipped"], time(s)
    }
    $1 == "time" {
      if (!($2 in seconds)) order[++modules] = $2
      seconds[$2] += $3; total += $3
    }
    $1 == "case" {
      count[$2, $3]++; count[$2, $4]++
      count["*", $3]++; count["*", $4]++
    }
    END {
      printf "%-26s %8s %12s %8s %8s %10s\n", "module", "unit", "integration", "failed", "skipped", "time"
      for (m = 1; m <= modules; m++) row(order[m], order[m], seconds[order[m]])
      row("all", "*", total)
    }'
}

# print_cases failed|skipped: the tests with that outcome, each with the first words of its message. Tests of one class
# with one message take one line.
print_cases() {
  awk -F'\t' -v outcome="$1" '
    $1 == "case" && $4 == outcome {
      key = $5 SUBSEP ($7 == "" ? $6 : $7)
      if (!count[key]++) { order[++n] = key; class[key] = $5; test[key] = $6; message[key] = $7 }
    }
    END {
      for (k = 1; k <= n; k++) {
        key = order[k]
        line = class[key] (count[key] == 1 ? "." test[key] : " (" count[key] " tests)")
        text = length(message[key]) > 160 ? substr(message[key], 1, 157) "..." : message[key]
        printf "  %s%s\n", line, text == "" ? "" : ": " text
      }
    }'
}

# "passed failed skipped" as three numbers.
count_outcomes() {
  awk -F'\t' '$1 == "case" { count[$4]++ }
    END { printf "%d %d %d\n", count["passed"], count["failed"], count["skipped"] }'
}
