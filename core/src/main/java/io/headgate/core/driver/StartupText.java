package io.headgate.core.driver;

/**
 * What goes into PostgreSQL's start-up message, where texts end with a NUL character: one within a text would begin a
 * parameter of the server that nobody meant to set.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-STARTUPMESSAGE">
 *     PostgreSQL, StartupMessage</a>
 */
final class StartupText {

    private StartupText() {}

    /** The message shows no value, since it may be a password. */
    static void check(String name, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the " + name
                    + " contains a NUL character (%00 in a URL); PostgreSQL takes none there, leave it out");
        }
    }
}
