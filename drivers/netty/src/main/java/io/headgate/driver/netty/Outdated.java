package io.headgate.driver.netty;

import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.ServerError;
import java.util.Set;

/** Recognizes errors that outdated knowledge of a statement may have caused. */
final class Outdated {

    private static final String INTERNAL = "XX000";
    private static final String PROTOCOL = "08P01";

    /** The code of "cached plan must not change result type". */
    private static final String FEATURE_NOT_SUPPORTED = "0A000";

    /**
     * Undefined or ambiguous function or operator, wrong type, impossible cast, undefined type, indeterminate or conflicting parameter
     * type: errors of a parameter that was declared with the earlier type of its column.
     */
    private static final Set<String> OF_TYPES =
            Set.of("42883", "42725", "42804", "42809", "42846", "42704", "42P18", "42P08");

    private Outdated() {}

    /** Whether the declared parameter types may be outdated. */
    static boolean isTypes(ServerError error) {
        return OF_TYPES.contains(error.sqlState());
    }

    /** Whether the server could not read a text as the declared type. The text itself may also be wrong. */
    static boolean isText(ServerError error) {
        return StaleStatements.mayBeTextParseError(error.sqlState());
    }

    /** Whether a prepared plan uses an object that has been dropped, such as a type that was created again. */
    static boolean isDropped(ServerError error) {
        return error.sqlState().equals(INTERNAL) && error.message().contains("cache lookup failed");
    }

    /** Whether the number of columns differs from the number of requested formats. */
    static boolean isFormats(ServerError error) {
        return error.sqlState().equals(PROTOCOL) && "PortalSetResultFormat".equals(error.routine());
    }

    /** Whether the columns have changed since the statement was prepared. */
    static boolean isShape(ServerError error) {
        return error.sqlState().equals(FEATURE_NOT_SUPPORTED);
    }
}
