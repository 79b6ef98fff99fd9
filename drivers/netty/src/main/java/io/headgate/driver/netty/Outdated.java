package io.headgate.driver.netty;

import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.ServerError;
import java.util.Set;

/** Errors that what was learned of a statement earlier may be to blame for. */
final class Outdated {

    private static final String INTERNAL = "XX000";
    private static final String PROTOCOL = "08P01";

    /** Of "cached plan must not change result type". */
    private static final String FEATURE_NOT_SUPPORTED = "0A000";

    /**
     * No such function or operator, ambiguous, of the wrong type, cannot be converted, no such type, no array: what the server says
     * when a parameter was declared as what its column was before.
     */
    private static final Set<String> OF_TYPES =
            Set.of("42883", "42725", "42804", "42809", "42846", "42704", "42P18", "42P08");

    private Outdated() {}

    /** Whether the types under which its parameters were sent may be outdated. */
    static boolean isTypes(ServerError error) {
        return OF_TYPES.contains(error.sqlState());
    }

    /** Whether the server cannot read a text as the type that its parameter was declared as. The text may be wrong as well. */
    static boolean isText(ServerError error) {
        return StaleStatements.mayBeOfAText(error.sqlState());
    }

    /** Whether a prepared plan has something that was dropped since, such as a type that was then made anew. */
    static boolean isDropped(ServerError error) {
        return error.sqlState().equals(INTERNAL) && error.message().contains("cache lookup failed");
    }

    /** Whether its columns are more or fewer than those whose formats were asked for. */
    static boolean isFormats(ServerError error) {
        return error.sqlState().equals(PROTOCOL) && "PortalSetResultFormat".equals(error.routine());
    }

    /** Whether a prepared statement's columns are no longer those that it was prepared with. */
    static boolean isShape(ServerError error) {
        return error.sqlState().equals(FEATURE_NOT_SUPPORTED);
    }
}
