package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;

/** Errors before a statement ran that its parameter types, learned earlier, may be to blame for. */
final class Outdated {

    private static final String INTERNAL = "XX000";

    /** Of "cached plan must not change result type". */
    private static final String FEATURE_NOT_SUPPORTED = "0A000";

    private Outdated() {}

    /**
     * Whether the schema may have changed under what is known: class 42, no such operator, type or function, wrong type; class
     * 22, a value that the type no longer takes; a type that is gone.
     */
    static boolean says(ServerError error) {
        return error.sqlState().startsWith("42")
                || error.sqlState().startsWith("22")
                || error.sqlState().startsWith("08P")
                || (error.sqlState().equals(INTERNAL) && error.message().contains("cache lookup failed"));
    }

    /** Whether a prepared statement's columns are no longer those that it was prepared with. */
    static boolean isShape(ServerError error) {
        return error.sqlState().equals(FEATURE_NOT_SUPPORTED);
    }
}
