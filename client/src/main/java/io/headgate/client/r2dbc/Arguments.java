package io.headgate.client.r2dbc;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Checks arguments of R2DBC's interfaces, which require {@link IllegalArgumentException}. */
final class Arguments {

    /** NAMEDATALEN less the NUL at its end. */
    private static final int MAX_NAME_BYTES = 63;

    private Arguments() {}

    static <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalArgumentException("the " + what + " is null");
        }
        return value;
    }

    /** Checks that PostgreSQL would not cut the name: two longer names with the same beginning would become one. */
    static String savepoint(@Nullable String name) {
        String given = required(name, "savepoint's name");
        int bytes = given.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_NAME_BYTES || given.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the savepoint's name has " + bytes
                    + " bytes in UTF-8; PostgreSQL takes from 1 to " + MAX_NAME_BYTES + ", none of them NUL: " + given);
        }
        return given;
    }
}
