# Runs the Maven wrapper as the commands need it. Sourced by ./dev.

# Plain, unattended output: it goes to a log file.
maven() { ./mvnw -B -ntp -Dstyle.color=never "$@"; }

# What ./dev test adds to a plain build: warnings that a build at the desk only shows.
readonly MAVEN_STRICT=(-Dmaven.compiler.failOnWarning=true)

# The skips a build for running needs: what CI checks is not what a demo waits for.
readonly MAVEN_COMPILE_ONLY=(-Dmaven.test.skip -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip)

# Puts the wrapper's own Maven on the PATH: the testkit asks the PATH's mvn for PostgreSQL versions that are not there yet.
use_maven_of_wrapper() {
  local home
  home=$(maven -v | sed -n 's/^Maven home: //p') ||
    die "$EXIT_PREREQUISITE" "Maven could not be fetched; .mvn/wrapper/maven-wrapper.properties says from where"
  export PATH=$home/bin:$PATH
}
