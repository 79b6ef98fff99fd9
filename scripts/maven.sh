# Runs the Maven wrapper as the commands need it. Sourced by ./dev.

# Plain, unattended output: it goes to a log file.
maven() { ./mvnw -B -ntp -Dstyle.color=never "$@"; }

# The skips a build for running needs: what CI checks is not what a demo waits for.
readonly MAVEN_COMPILE_ONLY=(-Dmaven.test.skip -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip)
