package io.headgate.client.r2dbc;

import org.jspecify.annotations.Nullable;

/** Checks what comes over R2DBC's interfaces, which ask for {@link IllegalArgumentException}. */
final class Arguments {

    private Arguments() {}

    static <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalArgumentException("the " + what + " is null");
        }
        return value;
    }
}
