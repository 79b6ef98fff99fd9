package io.headgate.core;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A view of an array that is never changed. One object a statement: every statement that is run asks for its parameters. */
final class ParameterList extends AbstractList<@Nullable Object> implements RandomAccess {

    private final @Nullable Object[] values;

    ParameterList(@Nullable Object[] values) {
        this.values = values;
    }

    @Override
    public @Nullable Object get(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return values.length;
    }
}
