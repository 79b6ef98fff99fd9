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

# One row a module, in the order of the reactor's folders, then the sum.
print_modules() {
  awk -F'\t' '
    function time(s) { return s < 60 ? sprintf("%.1fs", s) : sprintf("%dm%02ds", s / 60, s % 60) }
    function row(name, u, i, f, s, t) { printf "%-26s %8d %12d %8d %8d %10s\n", name, u, i, f, s, time(t) }
    $1 == "suite" {
      if (!($2 in seen)) { seen[$2] = 1; order[++n] = $2 }
      count[$2, $3] += $4; failed[$2] += $5; skipped[$2] += $6; seconds[$2] += $7
    }
    END {
      printf "%-26s %8s %12s %8s %8s %10s\n", "module", "unit", "integration", "failed", "skipped", "time"
      for (k = 1; k <= n; k++) {
        m = order[k]
        row(m, count[m, "unit"], count[m, "integration"], failed[m], skipped[m], seconds[m])
        u += count[m, "unit"]; i += count[m, "integration"]; f += failed[m]; s += skipped[m]; t += seconds[m]
      }
      row("all", u, i, f, s, t)
    }'
}

# print_cases failed|skipped: the tests with that outcome, each with the first words of its message.
print_cases() {
  awk -F'\t' -v outcome="$1" '$1 == "case" && $3 == outcome {
    message = length($5) > 160 ? substr($5, 1, 157) "..." : $5
    printf "  %s%s\n", $4, message == "" ? "" : ": " message
  }'
}

# "passed failed skipped" as three numbers.
count_outcomes() {
  awk -F'\t' '$1 == "suite" { tests += $4; failed += $5; skipped += $6 }
    END { printf "%d %d %d\n", tests - failed - skipped, failed, skipped }'
}
