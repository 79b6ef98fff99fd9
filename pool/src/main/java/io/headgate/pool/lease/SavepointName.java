package io.headgate.pool.lease;

import io.headgate.core.error.ParameterException;
import java.nio.charset.StandardCharsets;

/**
 * The name of a savepoint as it goes into a statement. PostgreSQL silently cuts a longer name at {@value #MOST_BYTES} bytes;
 * two names with the same beginning would then mean the same savepoint. So longer names are refused.
 *
 * <p>Source: NAMEDATALEN in PostgreSQL's manual, 4.1.1 Identifiers and Key Words.
 */
final class SavepointName {

    private static final int MOST_BYTES = 63;

    /** The name in double quotes; {@link ParameterException} if PostgreSQL would not keep it distinct from other names. */
    static String quoted(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw new ParameterException("the savepoint name \"" + name.substring(0, Math.min(20, name.length()))
                    + "...\" has " + bytes + " bytes in UTF-8; PostgreSQL tells names apart by their first "
                    + MOST_BYTES
                    + " only: use a shorter one");
        }
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new ParameterException("a savepoint name " + (name.isEmpty() ? "is empty" : "holds a NUL character")
                    + ", which PostgreSQL takes in no name: use another");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new ParameterException(
                    "a savepoint name has half a surrogate pair, which UTF-8 cannot encode: use another");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private SavepointName() {}
}
