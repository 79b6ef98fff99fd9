format_usage() {
  cat <<'TXT'
Usage: ./dev format [--check]

Formats the Java sources of every module (Spotless with palantir-java-format), as the build demands.

  --check   change nothing; exit code 1 when a file is not formatted
TXT
}

format_main() {
  local goal=spotless:apply title="Formatting"
  while (($#)); do
    case "$1" in
      --check) goal=spotless:check title="Checking the format" ;;
      *) usage_error "format: unknown option '$1'" ;;
    esac
    shift
  done
  require_build
  # The bill of materials has no sources and, having no parent, does not know the plugin.
  run_step "$title" format maven -pl !bom "$goal" || exit "$EXIT_FAILED"
}
