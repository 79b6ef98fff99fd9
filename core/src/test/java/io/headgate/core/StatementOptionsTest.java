package io.headgate.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

class StatementOptionsTest {

    private static final StatementOptions ALL = StatementOptions.none()
            .name("chart")
            .access(Access.READ)
            .consistency(Consistency.boundedStaleness(Duration.ofSeconds(5)))
            .timeout(Duration.ofSeconds(2))
            .priority(Priority.BACKGROUND)
            .idempotent(true)
            .cache(CachePolicy.cached(Duration.ofSeconds(10)).staleIfError(Duration.ofMinutes(5)));

    @Test
    void unsetOptionsHaveTheirDefaults() {
        StatementOptions none = StatementOptions.none();
        assertThat(none.name()).isNull();
        assertThat(none.access()).isEqualTo(Access.AUTO);
        assertThat(none.consistency()).isNull();
        assertThat(none.timeout()).isNull();
        assertThat(none.priority()).isEqualTo(Priority.INTERACTIVE);
        assertThat(none.isIdempotent()).isFalse();
        assertThat(none.cache()).isEqualTo(CachePolicy.none());
        assertThat(none).hasToString("StatementOptions[]");
    }

    @Test
    void holdWhatIsSet() {
        assertThat(ALL.name()).isEqualTo("chart");
        assertThat(ALL.access()).isEqualTo(Access.READ);
        assertThat(ALL.consistency()).isEqualTo(Consistency.boundedStaleness(Duration.ofSeconds(5)));
        assertThat(ALL.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(ALL.priority()).isEqualTo(Priority.BACKGROUND);
        assertThat(ALL.isIdempotent()).isTrue();
        assertThat(ALL.cache().ttl()).isEqualTo(Duration.ofSeconds(10));
        assertThat(ALL.cache().staleIfError()).isEqualTo(Duration.ofMinutes(5));
        assertThat(ALL.toString()).contains("name=chart", "access=READ", "timeout=PT2S");
    }

    @Test
    void whatIsUnsetIsTakenFromTheOthers() {
        assertThat(StatementOptions.none().orElse(ALL)).isEqualTo(ALL);
        assertThat(ALL.orElse(StatementOptions.none())).isEqualTo(ALL);
        StatementOptions mixed =
                StatementOptions.none().name("own").idempotent(false).orElse(ALL);
        assertThat(mixed.name()).isEqualTo("own");
        assertThat(mixed.isIdempotent()).as("false is set, not unset").isFalse();
        assertThat(mixed.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(mixed.orElse(ALL)).isEqualTo(mixed).hasSameHashCodeAs(mixed.orElse(ALL));
    }

    @Test
    void theStatementGoesBeforeTheContextAndTheInnerContextBeforeTheOuter() {
        SqlStatement statement = SqlStatement.of("SELECT 1").with(options -> options.name("statement"));
        StatementOptions effective = Mono.deferContextual(
                        context -> Mono.just(StatementOptions.effective(statement, context)))
                .contextWrite(StatementOptions.inContext(
                        options -> options.name("inner").timeout(Duration.ofSeconds(1))))
                .contextWrite(StatementOptions.inContext(
                        options -> options.timeout(Duration.ofSeconds(9)).access(Access.WRITE)))
                .block();
        assertThat(effective)
                .isEqualTo(StatementOptions.none()
                        .name("statement")
                        .timeout(Duration.ofSeconds(1))
                        .access(Access.WRITE));
        assertThat(StatementOptions.effective(statement, Context.empty())).isEqualTo(statement.options());
    }

    @Test
    void aStatementKeepsItsOptionsWhenItIsBound() {
        SqlStatement statement = SqlStatement.of("SELECT $1").with(options -> ALL);
        assertThat(statement.bind(1).fetchSize(3).withText("SELECT $1 + 1").options())
                .isEqualTo(ALL);
        assertThat(statement.facts()).isSameAs(statement.bind(1).facts());
        assertThat(statement.facts()).isSameAs(SqlStatement.of("SELECT $1").facts());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "name\n", "größe", "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void aNameIsShortAndPlain(String name) {
        assertThatThrownBy(() -> StatementOptions.none().name(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + name + "\"");
    }

    @Test
    void timesArePositive() {
        assertThatThrownBy(() -> StatementOptions.none().timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> Consistency.boundedStaleness(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> CachePolicy.cached(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ttl is PT0S");
    }
}
