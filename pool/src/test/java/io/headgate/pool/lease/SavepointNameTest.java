package io.headgate.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ParameterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavepointNameTest {

    @Test
    void aNameIsQuoted() {
        assertThat(SavepointName.quoted("a\"b")).isEqualTo("\"a\"\"b\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\0b",
                "a\ud800",
                "a name that is longer than the sixty-three bytes that PostgreSQL keeps of it"
            })
    void aNameThatPostgresWouldNotKeepIsRefused(String name) {
        assertThatThrownBy(() -> SavepointName.quoted(name))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("savepoint name");
    }
}
