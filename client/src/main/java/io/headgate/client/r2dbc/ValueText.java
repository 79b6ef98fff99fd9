package io.headgate.client.r2dbc;

import io.headgate.core.codec.ByteaText;
import io.headgate.core.codec.IntervalText;
import io.headgate.core.driver.text.DateTimeText;
import io.headgate.core.type.Interval;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The text of values that are read as text though they are none, as jOOQ reads times with an offset: PostgreSQL's. */
final class ValueText {

    private ValueText() {}

    /** The text, or null where Java's own is PostgreSQL's too, or there is none. */
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
