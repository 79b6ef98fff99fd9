package io.headgate.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ParameterException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlStatementTest {

    private final SqlStatement statement = SqlStatement.of("INSERT INTO track VALUES ($1, $2)");

    @Test
    void refusesHalfOfASurrogatePair() {
        assertThatThrownBy(() -> SqlStatement.of("SELECT '\ud800'"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
        assertThat(SqlStatement.of("SELECT '\ud83d\ude00'").text()).hasSize(11);
    }

    @Test
    void keepsWhatItWasMadeOf() {
        SqlStatement bound = statement.bind(1).bind(null);
        assertThat(bound.parameters()).containsExactly(1, null);
        assertThat(statement.parameters()).isEmpty();
        assertThat(bound.bindAll("a").parameters()).containsExactly("a");
        assertThat(bound.fetchSize(3).fetchSize()).isEqualTo(3);
        assertThat(bound.fetchSize()).isEqualTo(SqlStatement.DEFAULT_FETCH_SIZE);
        assertThat(bound.withText("SELECT 1")).satisfies(other -> {
            assertThat(other.text()).isEqualTo("SELECT 1");
            assertThat(other.parameters()).containsExactly(1, null);
        });
        assertThatThrownBy(() -> bound.parameters().set(0, 2)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void doesNotChangeWithTheArraysAndListsItWasGiven() {
        Object[] values = {1, 2};
        SqlStatement bound = statement.bindAll(values);
        values[0] = 9;
        assertThat(bound.parameters()).containsExactly(1, 2);

        List<Object> set = new ArrayList<>(List.of(1, 2));
        SqlStatement batch = statement.batch(List.of(set));
        set.set(0, 9);
        assertThat(batch.parameterSets()).containsExactly(List.of(1, 2));
        assertThatThrownBy(() -> batch.parameterSets().get(0).set(0, 9))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void takesABatchWithNulls() {
        SqlStatement batch = statement.batch(List.of(Arrays.asList(1, null), List.of(2, "b")));
        assertThat(batch.isBatch()).isTrue();
        assertThat(batch.parameters()).isEmpty();
        assertThat(batch.parameterSets()).containsExactly(Arrays.asList(1, null), List.of(2, "b"));
        assertThat(statement.isBatch()).isFalse();
        assertThat(statement.parameterSets()).isEmpty();
    }

    @Test
    void refusesTextThatIsNoStatement() {
        for (String blank : new String[] {"", " \n"}) {
            assertThatThrownBy(() -> SqlStatement.of(blank))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("blank");
            assertThatThrownBy(() -> statement.withText(blank)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> SqlStatement.of("SELECT '\0'"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("position 9");
        assertThatThrownBy(() -> SqlStatement.of(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void refusesBatchesThatDoNotFit() {
        assertThatThrownBy(() -> statement.batch(List.of()))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> statement.batch(List.of(List.of(1, 2), List.of(1, 2), List.of(1))))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("set 3")
                .hasMessageContaining("has 1 parameters, the first has 2");
        assertThatThrownBy(() -> statement.bind(1).batch(List.of(List.of(1))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> statement.batch(List.of(List.of(1))).bind(1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> statement.batch(List.of(List.of(1))).bindAll(1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesMoreParametersThanTheProtocolCounts() {
        Object[] most = new Object[SqlStatement.MAX_PARAMETERS];
        SqlStatement full = statement.bindAll(most);
        assertThat(full.parameters()).hasSize(65_535);
        assertThatThrownBy(() -> full.bind(1))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("65536")
                .hasMessageContaining("65535")
                .hasMessageContaining("unnest");
        assertThatThrownBy(() -> statement.batch(List.of(Collections.nCopies(65_536, 1))))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("65536");
    }

    @Test
    void refusesAFetchOfNothing() {
        assertThatThrownBy(() -> statement.fetchSize(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fetchSize is 0");
    }

    @Test
    void showsNoValues() {
        assertThat(statement.bind("secret").bind(42)).hasToString(statement.text() + " [2 parameters]");
        assertThat(statement.batch(List.of(List.of("secret", 1))))
                .hasToString(statement.text() + " [1 parameter sets]");
    }
}
