package io.headgate.core;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A read-only view of an array that never changes. One small object and no copy, because every execution reads the parameters. */
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
