package io.headgate.client.r2dbc;

import io.headgate.core.driver.text.ByteaText;
import io.headgate.core.driver.text.DateTimeText;
import io.headgate.core.driver.text.IntervalText;
import io.headgate.core.type.Interval;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's text for values that are read as text although they have another type, as jOOQ reads times with an offset. */
final class ValueText {

    private ValueText() {}

    /** The text, or null if Java's own text is the same or there is none. */
    static @Nullable String of(Object value) {
        if (value instanceof OffsetDateTime time) {
            return DateTimeText.of(time);
        }
        if (value instanceof LocalDateTime time) {
            return DateTimeText.of(time);
        }
        if (value instanceof Interval interval) {
            return IntervalText.of(interval);
        }
        return value instanceof byte[] bytes ? ByteaText.encode(bytes) : null;
    }
}
