package io.headgate.compatibility;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where Headgate answers otherwise than R2DBC PostgreSQL, which docs/compatibility.md tells. Nothing else is known to be different. */
@EveryHeadgateTarget
class DropInDifferencesIT extends DropInTest {

    DropInDifferencesIT(Target target) {
        super(target);
    }

    static Stream<Arguments> differences() {
        return Stream.of(
                // values of types that are not Java's: as text
                arguments("'{{1,2},{3,4}}'::int[]", null, Object.class, "String {{1,2},{3,4}}"),
                arguments("'10.0.0.1'::inet", null, Object.class, "String 10.0.0.1"),
                arguments("'{\"(1,2)\"}'::point[]", null, Object.class, "String {\"(1,2)\"}"),
                arguments("1::oid", null, Object.class, "String 1"),
                // what would lose something, or need a time zone to be guessed
                arguments("'2024-02-29'::date", null, LocalDateTime.class, FAILS),
                arguments("'2024-02-29 12:34'::timestamp", null, LocalDate.class, FAILS),
                arguments("'2024-02-29 12:34'::timestamp", null, Instant.class, FAILS),
                // Java's word for a boolean
                arguments("true", null, String.class, "String true"));
    }

    @ParameterizedTest
    @MethodSource("differences")
    void differs(String expression, Object bound, Class<?> type, String answer) {
        answersOtherwise("SELECT " + expression, bound, row -> row.get(0, type), answer);
    }
}
