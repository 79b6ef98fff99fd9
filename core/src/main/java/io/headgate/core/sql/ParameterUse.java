package io.headgate.core.sql;

import java.util.BitSet;

/** Which of {@code $1}, {@code $2}, ... a text uses. */
final class ParameterUse {
    /** The protocol counts parameters with 16 bits; beyond, only the highest is worth knowing. */
    private static final int MOST_PARAMETERS = 65_535;

    private int highest;
    private long low;
    private final BitSet high = new BitSet(0);
    private boolean zero;

    /** Notes a parameter, given with its dollar sign. */
    void add(String parameter) {
        int number = number(parameter);
        highest = Math.max(highest, number);
        if (number == 0) {
            zero = true;
        } else if (number <= Long.SIZE) {
            low |= 1L << (number - 1);
        } else if (number <= MOST_PARAMETERS) {
            high.set(number - Long.SIZE - 1);
        }
    }

    /** Saturates, as a text may hold any number of digits. */
    private static int number(String parameter) {
        long number = 0;
        for (int i = 1; i < parameter.length(); i++) {
            number = Math.min(number * 10 + (parameter.charAt(i) - '0'), Integer.MAX_VALUE);
        }
        return (int) number;
    }

    int highest() {
        return highest;
    }

    /** Whether every number from 1 to the highest occurs, and 0 does not. */
    boolean isComplete() {
        if (zero || highest > MOST_PARAMETERS) {
            return false;
        }
        int used = Long.bitCount(low) + high.cardinality();
        return used == highest;
    }
}
