# Reads JUnit XML reports as Surefire and Failsafe write them, and prints records whose fields are set apart by tabs:
#   time  <module>  <seconds>                                                                  one a report
#   case  <module>  <unit|integration>  <passed|failed|skipped>  <class>  <test>  <message>  one a test
# Tests are counted one by one, because Surefire's own sums leave out those of nested classes. A start tag stands on one
# line in these reports; what tests print is in CDATA and is left out.

function attribute(name,    from) {
  if (!match($0, " " name "=\"[^\"]*\"")) return ""
  from = RSTART + length(name) + 3
  return substr($0, from, RSTART + RLENGTH - 1 - from)
}

function plain(text) {
  gsub(/&#1[03];|&#9;|[\t\r\n]/, " ", text)
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
  gsub(/&amp;/, "\\&", text)
  return text
}

function end_test() {
  if (open) printf "case\t%s\t%s\t%s\t%s\t%s\t%s\n", module, kind, outcome, class, test, message
  open = 0
}

# The current line without what stands in CDATA, which may go on for lines.
function outside_cdata(    text, rest, at) {
  rest = $0
  text = ""
  while (rest != "") {
    at = index(rest, in_cdata ? "]]>" : "<![CDATA[")
    if (!in_cdata) text = text (at ? substr(rest, 1, at - 1) : rest)
    if (!at) break
    rest = substr(rest, at + (in_cdata ? 3 : 9))
    in_cdata = !in_cdata
  }
  return text
}

FNR == 1 {
  end_test()
  in_cdata = 0
  module = FILENAME
  sub(/^\.\//, "", module)
  kind = module ~ /\/failsafe-reports\// ? "integration" : "unit"
  sub(/\/target\/(surefire|failsafe)-reports\/[^\/]*$/, "", module)
}

{ $0 = outside_cdata() }

/^ *<testsuite / {
  seconds = attribute("time"); gsub(/,/, "", seconds)
  printf "time\t%s\t%s\n", module, seconds
}

/^ *<testcase / {
  end_test()
  open = 1
  class = plain(attribute("classname"))
  test = plain(attribute("name"))
  outcome = "passed"
  message = ""
}

/^ *<(failure|error|skipped)[ \/>]/ && outcome == "passed" {
  outcome = $0 ~ /^ *<skipped/ ? "skipped" : "failed"
  message = plain(attribute("message"))
}

END { end_test() }
