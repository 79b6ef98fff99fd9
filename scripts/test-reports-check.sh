#!/usr/bin/env bash
# Checks that the summary of ./dev test counts right, on reports with what has misled it: nested classes, which
# Surefire's own sums leave out, and tests that print XML. ./dev test runs it first.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$scripts/test-reports.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/scripts" "$work/core/target/surefire-reports" "$work/drivers/vertx/target/failsafe-reports"
cp "$scripts/test-reports.awk" "$work/scripts"
cd "$work"

cat >core/target/surefire-reports/TEST-a.ATest.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="a.ATest" time="1,000.5" tests="0" errors="0" skipped="0" failures="0">
  <properties>
    <property name="a" value="b"/>
  </properties>
  <testcase name="prints" classname="a.ATest" time="0.049">
    <system-out><![CDATA[  <testcase name="fake"/>
  <failure message="fake"/>
]]><![CDATA[<testsuite time="9">]]></system-out>
  </testcase>
  <testcase name="fails" classname="a.ATest$Nested" time="0.001">
    <failure message="&quot;1&quot; is &lt; &amp;&#10;2" type="x"><![CDATA[trace]]></failure>
    <system-err><![CDATA[<error]]></system-err>
  </testcase>
  <testcase name="breaks" classname="a.ATest" time="0.001">
    <error type="x"/>
  </testcase>
</testsuite>
XML
cat >drivers/vertx/target/failsafe-reports/TEST-b.BIT.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="b.BIT" time="59.5" tests="2" errors="0" skipped="1" failures="0">
  <testcase name="passes" classname="b.BIT" time="0.012"/>
  <testcase name="waits" classname="b.BIT" time="0.0">
    <skipped message="no legacy"/>
  </testcase>
  <testcase name="waits[2] (1.18)" classname="b.BIT" time="0.0">
    <skipped message="no legacy"/>
  </testcase>
</testsuite>
XML

records=$(read_reports)
failures=0
expect() {
  if [[ "$2" != "$3" ]]; then
    printf '%s:\n expected: %s\n      was: %s\n' "$1" "$2" "$3" >&2
    failures=1
  fi
}
expect 'passed, failed, skipped' '2 2 2' "$(count_outcomes <<<"$records")"
expect 'failed tests' $'  a.ATest$Nested.fails: "1" is < & 2\n  a.ATest.breaks' "$(print_cases failed <<<"$records")"
expect 'skipped tests' '  b.BIT (2 tests): no legacy' "$(print_cases skipped <<<"$records")"
expect 'rows' 'module unit integration failed skipped time
core 3 0 2 0 16m40s
drivers/vertx 0 3 0 2 59.5s
all 3 3 2 2 17m40s' "$(print_modules <<<"$records" | tr -s ' ')"
exit "$failures"
