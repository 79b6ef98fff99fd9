package io.headgate.core.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are PostgreSQL 18's output of the same values under each intervalstyle. */
class IntervalTextTest {

    @ParameterizedTest
    @CsvSource({
        "00:00:00, 0, 0, 0",
        "1 year 2 mons 3 days 04:05:06.789, 14, 3, 14706789000",
        "-1 years -2 mons +3 days -04:05:06, -14, 3, -14706000000",
        "45 days 25:00:00, 0, 45, 90000000000",
        "1 mon, 1, 0, 0",
        "-1 days, 0, -1, 0",
        "-00:00:00.000001, 0, 0, -1",
        "2562047788:00:54.775807, 0, 0, 9223372036854775807",
        "@ 0, 0, 0, 0",
        "@ 1 year 2 mons 3 days 4 hours 5 mins 6.789 secs, 14, 3, 14706789000",
        "@ 1 year 2 mons -3 days 4 hours 5 mins 6 secs ago, -14, 3, -14706000000",
        "@ 1 min, 0, 0, 60000000",
        "PT0S, 0, 0, 0",
        "P1Y2M3DT4H5M6.789S, 14, 3, 14706789000",
        "P-1Y-2M3DT-4H-5M-6S, -14, 3, -14706000000",
        "P45DT25H, 0, 45, 90000000000",
        "PT5M, 0, 0, 300000000",
    })
    void readsWhatPostgresWrites(String text, int months, int days, long microseconds) {
        assertThat(IntervalText.parse(text)).isEqualTo(new Interval(months, days, microseconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P",
                "PT",
                "1",
                "infinity",
                "1-2 3 4:05:06",
                "1 fortnight",
                "1 day x",
                "P1X",
                "x",
                "1.5 mons",
                "99999999999 days",
                "@ ",
                " ago"
            })
    void leavesAlone_whatIsNoInterval(String text) {
        assertThat(IntervalText.parse(text)).isNull();
    }

    @Test
    void neverThrows() {
        Random random = new Random(7);
        String[] pieces = {
            "1", "-2", "+3", ".5", " ", "mons", "day", "secs", ":", "04:05:06", "P", "T", "Y", "S", "ago", "@"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(8); length > 0; length--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            assertThatCode(() -> IntervalText.parse(text.toString()))
                    .as(text.toString())
                    .doesNotThrowAnyException();
        }
    }
}
