# Runs a main class of a module with the module's runtime class path. Sourced by the commands that do so.

readonly RUNTIME_CLASSPATH=target/runtime-classpath

# The first source newer than file $1. Folders count: a deleted file makes its folder newer.
newer_source() {
  find . \( -name target -o -path ./.git -o -path ./integration \) -prune -o \
    \( -path '*/src/main/*' -o -name pom.xml \) -newer "$1" -print -quit
}

# Whether all of the class path in file $1 is still there: a local repository may have been emptied since.
is_whole() {
  local entries entry
  IFS=: read -ra entries <"$1" || true
  for entry in "${entries[@]}"; do [[ -e "$entry" ]] || return 1; done
}

# build_main MODULE: compiles the module and what it depends on, unless nothing changed since the last time.
build_main() {
  local module=$1 stamp=$LOG_DIRECTORY/built-${1//\//-}
  local classpath=$module/$RUNTIME_CLASSPATH
  if [[ -f "$stamp" && -s "$classpath" && -z "$(newer_source "$stamp")" ]] && is_whole "$classpath"; then
    return
  fi
  mkdir -p "$LOG_DIRECTORY"
  rm -f "$stamp"
  touch "$stamp.started"
  # From the compile phase on, the reactor resolves its modules to their target/classes: no jars, nothing installed.
  run_step "Building $module" "build-${module//\//-}" \
    maven -pl "$module" -am "${MAVEN_COMPILE_ONLY[@]}" compile \
    dependency:build-classpath -Dmdep.includeScope=runtime -Dmdep.outputFile="$RUNTIME_CLASSPATH" ||
    exit "$EXIT_FAILED"
  # The stamp is as old as the build's start: a file saved while it ran is built next time.
  mv "$stamp.started" "$stamp"
}

# JDK 22 to 24 have a System.console() even without a terminal, unless asked for the older one. From JDK 24 on, Netty's use
# of native code and of Unsafe is warned about unless it is allowed.
jvm_options() {
  if ((JAVA_VERSION >= 22)); then printf '%s\n' -Djdk.console=java.base; fi
  if ((JAVA_VERSION >= 24)); then
    printf '%s\n' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  fi
}

# run_main MODULE CLASS ARGUMENT...: becomes the program, so that Ctrl-C reaches it and its exit code is ours.
run_main() {
  local module=$1 class=$2 options
  shift 2
  mapfile -t options < <(jvm_options)
  exec "$JAVA_HOME/bin/java" "${options[@]}" \
    -cp "$module/target/classes:$(<"$module/$RUNTIME_CLASSPATH")" "$class" "$@"
}
