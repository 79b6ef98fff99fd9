package io.headgate.client;

import java.time.Duration;

/**
 * How much the long tests do. Short by default, so that the suite stays quick; {@code -Dheadgate.test.long=true} runs them
 * at full length.
 */
final class Settings {

    private static final boolean LONG = Boolean.getBoolean("headgate.test.long");

    private Settings() {}

    static int number(int usual, int full) {
        return LONG ? full : usual;
    }

    static Duration duration(Duration full) {
        return LONG ? full : full.dividedBy(4);
    }
}
