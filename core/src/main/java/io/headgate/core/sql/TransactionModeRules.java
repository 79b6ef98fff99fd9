package io.headgate.core.sql;

import io.headgate.core.sql.TransactionModeViolation.Kind;

/**
 * Creates the violations of a pooler's transaction mode: everything that stays in the session after the transaction.
 *
 * <p>Source: PgBouncer's table "SQL feature map for pooling modes".
 */
final class TransactionModeRules {
    static final String SESSION_CONNECTION = "use sessionConnection, which needs a sessionNode";
    private static final String SET_LOCAL =
            "use SET LOCAL or set_config(..., true) in a transaction, or ALTER ROLE ... SET for good";
    private static final String XACT_LOCK =
            "use pg_advisory_xact_lock or pg_try_advisory_xact_lock, whose locks end with the transaction";
    private static final String DROP_ON_COMMIT =
            "add ON COMMIT DROP, where the object allows it, or " + SESSION_CONNECTION;

    private TransactionModeRules() {}

    /** {@code SET} or {@code RESET} for the session; {@code first} is that word's index, {@code subject} the setting's. */
    static TransactionModeViolation setting(Tokens tokens, int first, int subject) {
        Keyword keyword = tokens.keyword(subject);
        int position = tokens.start(first);
        String verb = tokens.is(first, Keyword.SET) ? "SET " : "RESET ";
        if (keyword == Keyword.AUTHORIZATION) {
            return role(position, verb + "SESSION AUTHORIZATION");
        }
        if (keyword == Keyword.SESSION && tokens.is(subject + 1, Keyword.AUTHORIZATION)) {
            return role(position, verb + "SESSION AUTHORIZATION");
        }
        if (keyword == Keyword.ROLE) {
            return role(position, verb + "ROLE");
        }
        if (keyword == Keyword.CHARACTERISTICS) {
            return new TransactionModeViolation(
                    Kind.SESSION_SETTING,
                    position,
                    verb + "SESSION CHARACTERISTICS",
                    "use SET TRANSACTION, or give BEGIN the characteristics");
        }
        String name = tokens.isName(subject)
                ? tokens.qualifiedName(subject, tokens.endOfName(subject)).toString()
                : "?";
        return new TransactionModeViolation(Kind.SESSION_SETTING, position, verb + name, SET_LOCAL);
    }

    private static TransactionModeViolation role(int position, String what) {
        return new TransactionModeViolation(
                Kind.SESSION_ROLE, position, what, "use SET LOCAL ROLE in a transaction, or connect as that user");
    }

    static TransactionModeViolation listen(Tokens tokens, int first, String what) {
        return new TransactionModeViolation(
                Kind.LISTEN,
                tokens.start(first),
                what,
                "to listen, use session.listen in sessionConnection, which needs a sessionNode; NOTIFY may be sent on any connection");
    }

    static TransactionModeViolation cursorWithHold(Tokens tokens, int with) {
        return new TransactionModeViolation(
                Kind.CURSOR_WITH_HOLD,
                tokens.start(with),
                "DECLARE ... WITH HOLD",
                "declare the cursor without hold and read it within its transaction");
    }

    static TransactionModeViolation preparedStatement(Tokens tokens, int first, String what) {
        return new TransactionModeViolation(
                Kind.PREPARED_STATEMENT,
                tokens.start(first),
                what,
                "leave preparing to the driver's protocol, which the pooler can follow");
    }

    static TransactionModeViolation temporaryObject(int position, String what) {
        return new TransactionModeViolation(Kind.TEMPORARY_OBJECT, position, what, DROP_ON_COMMIT);
    }

    static TransactionModeViolation load(Tokens tokens, int first) {
        return new TransactionModeViolation(
                Kind.LOAD,
                tokens.start(first),
                "LOAD",
                "name the library in session_preload_libraries or shared_preload_libraries");
    }

    static TransactionModeViolation discard(Tokens tokens, int first) {
        return new TransactionModeViolation(
                Kind.DISCARD,
                tokens.start(first),
                "DISCARD",
                "leave it out: there is no session to clean, and the pooler cleans its own");
    }

    static TransactionModeViolation setConfig(int position) {
        return new TransactionModeViolation(
                Kind.SESSION_SETTING,
                position,
                "set_config(...) without a literal true",
                "write set_config(..., true) in a transaction, with the true in the text rather than bound, or use SET"
                        + " LOCAL there, or ALTER ROLE ... SET for good");
    }

    /** {@code UPDATE pg_settings}, which a rule of PostgreSQL turns into {@code set_config(..., false)}. */
    static TransactionModeViolation settingsView(int position) {
        return new TransactionModeViolation(Kind.SESSION_SETTING, position, "UPDATE pg_settings", SET_LOCAL);
    }

    static TransactionModeViolation advisoryLock(int position, String function) {
        return new TransactionModeViolation(Kind.SESSION_ADVISORY_LOCK, position, function + "()", XACT_LOCK);
    }
}
