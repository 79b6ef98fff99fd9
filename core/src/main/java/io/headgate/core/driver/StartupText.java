package io.headgate.core.driver;

import java.util.Objects;

/**
 * Checks texts of PostgreSQL's start-up message, where a NUL character ends each text. A NUL within a text would start another,
 * unintended server parameter.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-STARTUPMESSAGE">
 *     PostgreSQL, StartupMessage</a>
 */
final class StartupText {

    private StartupText() {}

    /** The message does not show the value, because it may be a password. */
    static void check(String name, String value) {
        Objects.requireNonNull(value, name);
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the " + name
                    + " contains a NUL character (%00 in a URL); PostgreSQL takes none there, leave it out");
        }
    }
}
