package io.headgate.pool.capacity;

import java.time.Duration;

/** Checks of single values, with errors that name them. */
final class Require {

    private Require() {}

    static int from(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at least " + least);
        }
        return value;
    }

    static double share(String name, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be over 0 and at most 1");
        }
        return value;
    }

    static Duration upTo(Duration longest, String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(longest) > 0) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be over 0 and at most " + longest);
        }
        return value;
    }
}
