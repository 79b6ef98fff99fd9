package io.headgate.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionOptionsTest {

    private final TransactionOptions defaults = TransactionOptions.defaults();

    @Test
    void writesTheBegin() {
        assertThat(defaults.beginSql()).isEqualTo("BEGIN");
        assertThat(defaults.asReadOnly().beginSql()).isEqualTo("BEGIN READ ONLY");
        assertThat(defaults.isolation(IsolationLevel.READ_COMMITTED).beginSql())
                .isEqualTo("BEGIN ISOLATION LEVEL READ COMMITTED");
        assertThat(defaults.isolation(IsolationLevel.REPEATABLE_READ)
                        .asReadOnly()
                        .beginSql())
                .isEqualTo("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        assertThat(TransactionOptions.serializableReport().beginSql())
                .isEqualTo("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE");
    }

    @Test
    void sendsDeferrableWithWhateverElseIsAsked() {
        assertThat(TransactionOptions.defaults().deferrable(true).beginSql()).isEqualTo("BEGIN DEFERRABLE");
        assertThat(TransactionOptions.defaults()
                        .isolation(IsolationLevel.REPEATABLE_READ)
                        .asReadOnly()
                        .deferrable(true)
                        .beginSql())
                .isEqualTo("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY DEFERRABLE");
    }
}
