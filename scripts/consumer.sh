# Uses the installed artifacts as a stranger's project would. Sourced by the test command.

readonly CONSUMER=integration/consumer

# The version that was installed: that of the root pom, the first <version> in it.
project_version() { sed -nE '/<version>/{s/.*<version>(.*)<\/version>.*/\1/p;q}' pom.xml; }

check_consumer() {
  local version
  version=$(project_version)
  run_step "Building a stranger's project on the artifacts" consumer-build build_consumer "$version" || return 1
  run_step "Running it: a query through PgBouncer" consumer-run run_consumer || return 1
  say "       $(grep '^result: ' "$LOG_DIRECTORY/consumer-run.log")"
  run_step "Checking sources, Javadoc and POMs of the artifacts" artifacts check_artifacts "$version" || return 1
}

build_consumer() {
  rm -rf "$CONSUMER/target"
  maven -f "$CONSUMER/pom.xml" "-Dheadgate.version=$1" test-compile \
    dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/test-classpath
}

run_consumer() {
  "$JAVA_HOME/bin/java" -cp \
    "$CONSUMER/target/test-classes:$CONSUMER/target/classes:$(<"$CONSUMER/target/test-classpath")" \
    com.example.consumer.ConsumerOnCluster
}

check_artifacts() {
  local version=$1 jar
  # The repository is where Maven found the client for the stranger.
  jar=$(tr : '\n' <"$CONSUMER/target/test-classpath" | grep "/headgate-client-$version.jar\$") || {
    echo "headgate-client-$version.jar is not on the stranger's class path"
    return 1
  }
  "$JAVA_HOME/bin/java" integration/ArtifactCheck.java "${jar%/io/headgate/headgate-client/*}" "$version"
}
