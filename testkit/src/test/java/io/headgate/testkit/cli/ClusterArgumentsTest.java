package io.headgate.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterArgumentsTest {

    @Test
    void aPgBouncerStandsInFrontUnlessDirectIsAskedFor() {
        assertThat(ClusterArguments.parse(List.of()).pooled()).isTrue();
        assertThat(ClusterArguments.parse(List.of("--legacy")).pooled()).isTrue();
        assertThat(ClusterArguments.parse(List.of("--direct")).pooled()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    --nodes 3                   | unknown option '--nodes'
                    --replicas                  | --replicas needs a value
                    --replicas many             | --replicas needs a whole number, not 'many'
                    --replicas 9                | replicas is "9" but must be a number from 0 to 8
                    --version 9.6               | version is "9.6" but must be a PostgreSQL version from 14 on
                    --setting max_connections   | --setting needs NAME=VALUE, not 'max_connections'
                    --setting =50               | --setting needs NAME=VALUE, not '=50'
                    --legacy --direct           | --legacy chooses a PgBouncer and --direct does without one
                    """)
    void whatIsWrongIsNamed(String commandLine, String message) {
        List<String> arguments = List.of(commandLine.split(" "));
        assertThatThrownBy(() -> ClusterArguments.parse(arguments))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
