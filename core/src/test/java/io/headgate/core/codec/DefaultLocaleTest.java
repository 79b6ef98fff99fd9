package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementKind;
import io.headgate.core.type.Interval;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data sent to the server must not depend on the JVM's locale: other digits, another calendar, a dotless i. */
class DefaultLocaleTest {

    private final Locale before = Locale.getDefault();

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "th-TH-u-nu-thai", "th-TH-u-ca-buddhist", "hi-IN-u-nu-deva", "tr-TR"})
    void writesAndReadsTheSame(String language) {
        Locale.setDefault(Locale.forLanguageTag(language));
        LocalDateTime time = LocalDateTime.of(2026, 11, 5, 7, 8, 9, 10_000);
        assertThat(ValueOutput.of(LocalDate.of(2026, 11, 5))).isEqualTo("2026-11-05");
        assertThat(ValueOutput.of(LocalDate.of(0, 1, 2))).isEqualTo("0001-01-02 BC");
        assertThat(ValueOutput.of(LocalTime.of(7, 8, 9))).isEqualTo("07:08:09");
        assertThat(ValueOutput.of(time)).isEqualTo("2026-11-05 07:08:09.00001");
        assertThat(ValueOutput.of(OffsetDateTime.parse("2026-11-05T07:08:09+02:00")))
                .isEqualTo("2026-11-05 05:08:09+00");
        assertThat(DateTimeOutput.of(Instant.parse("2026-11-05T07:08:09Z"))).isEqualTo("2026-11-05 07:08:09+00");
        assertThat(DateTimeInput.dateTime("2026-11-05 07:08:09.00001")).isEqualTo(time);
        assertThat(DateTimeInput.date("0001-01-02 BC")).isEqualTo(LocalDate.of(0, 1, 2));

        assertThat(Interval.of(Duration.ofSeconds(90)).toString()).matches("\\p{ASCII}+");
        assertThat(TextValues.decode(TypeIds.NUMERIC, "1234.50")).hasToString("1234.50");
        assertThat(TransactionOptions.defaults().asReadOnly().beginSql()).isEqualTo("BEGIN READ ONLY");

        assertThat(analyzed("insert into title (id) values ($12)", language).kind())
                .isEqualTo(StatementKind.INSERT);
        assertThat(analyzed("SELECT $12", language).highestParameter()).isEqualTo(12);
        assertThat(analyzed("SELECT * FROM TITLE", language).tablesRead()).hasToString("[title]");
        assertThat(ConnectionSettings.parse("postgresql://a:b@host:6432/d?connect_timeout=12&sslmode=DISABLE"
                                .toLowerCase(Locale.ROOT))
                        .node())
                .hasToString("host:6432");
        assertThat(ConfigurationException.nearest("IDLETIMEOUT", List.of("idleTimeout", "maxLifetime")))
                .startsWith("nearest is \"idleTimeout\"");
    }

    /** Each language needs its own text, because a text from the cache is not analyzed again. */
    private static SqlAnalysis analyzed(String sql, String language) {
        return StatementCatalog.of(sql + "-- " + language).analysis();
    }
}
