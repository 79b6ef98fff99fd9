package io.headgate.core.sql;

import java.util.BitSet;

/** Records which parameters {@code $1}, {@code $2}, ... a text uses. */
final class ParameterUse {
    /** The protocol counts parameters in 16 bits. Of larger numbers only the highest is recorded. */
    private static final int MAX_PARAMETERS = 65_535;

    private int highest;
    private long low;
    private final BitSet high = new BitSet(0);
    private boolean zero;

    /** Records a parameter, given with its dollar sign. */
    void add(String parameter) {
        int number = number(parameter);
        highest = Math.max(highest, number);
        if (number == 0) {
            zero = true;
        } else if (number <= Long.SIZE) {
            low |= 1L << (number - 1);
        } else if (number <= MAX_PARAMETERS) {
            high.set(number - Long.SIZE - 1);
        }
    }

    /** Saturates at Integer.MAX_VALUE, because a text may contain any number of digits. */
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
        if (zero || highest > MAX_PARAMETERS) {
            return false;
        }
        int used = Long.bitCount(low) + high.cardinality();
        return used == highest;
    }
}
