clean_usage() {
  cat <<'TXT'
Usage: ./dev clean

Removes every target directory, with the logs of ./dev in them. Downloads and installed artifacts (~/.m2) stay.
TXT
}

# Without Maven: it works before anything was downloaded, and when a pom is broken.
clean_main() {
  (($# == 0)) || usage_error "clean: unknown option '$1'"
  local pom
  while IFS= read -r pom; do
    rm -rf -- "$(dirname "$pom")/target"
  done < <(find . -name pom.xml -not -path '*/target/*' -not -path './.git/*')
  say "Removed what was built."
}
