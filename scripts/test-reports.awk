# Reads JUnit XML reports as Surefire and Failsafe write them, and prints one record a line, its fields set apart by tabs:
#   suite  <module>  <unit|integration>  <tests>  <failed>  <skipped>  <seconds>
#   case   <module>  <failed|skipped>  <class.method>  <message>
# An element's start tag stands on one line of its own in these reports; text from tests is in CDATA or escaped.

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

FNR == 1 {
  module = FILENAME
  sub(/^\.\//, "", module)
  kind = module ~ /\/failsafe-reports\// ? "integration" : "unit"
  sub(/\/target\/(surefire|failsafe)-reports\/[^\/]*$/, "", module)
}

/^[ ]*<testsuite / {
  seconds = attribute("time"); gsub(/,/, "", seconds)
  printf "suite\t%s\t%s\t%d\t%d\t%d\t%s\n", module, kind, attribute("tests"),
    attribute("failures") + attribute("errors"), attribute("skipped"), seconds
}

/^[ ]*<testcase / { test = plain(attribute("classname") "." attribute("name")); said = 0 }

/^[ ]*<(failure|error|skipped)[ \/>]/ && !said {
  said = 1
  outcome = $0 ~ /^[ ]*<skipped/ ? "skipped" : "failed"
  printf "case\t%s\t%s\t%s\t%s\n", module, outcome, test, plain(attribute("message"))
}
