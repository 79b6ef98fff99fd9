package io.headgate.driver.netty;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.error.ServerError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Description} declares of a statement's parameters. The first question declares nothing. The next one declares the values'
 * own types, if the server infers none, or text for another value: {@code SELECT $1 < $2} would compare numbers as texts. If that is
 * refused too, untyped nulls are declared as one type after the other.
 */
final class Question {

    private static final int[] NOTHING = {};

    static final Question FIRST = new Question(NOTHING, null, 0, null);

    private static final String INDETERMINATE = "42P18";

    /** The server finds a parameter's type after a use without one: {@code $1 IS NULL OR id = $1}. */
    private static final String AMBIGUOUS = "42P08";

    /** Types to try for nulls, one of each family of types that PostgreSQL compares with each other. */
    private static final int[] NULL_TYPES = {
        ParameterTypes.TEXT,
        TypeIds.INT8,
        TypeIds.TIMESTAMPTZ,
        TypeIds.UUID,
        TypeIds.BOOL,
        TypeIds.JSONB,
        TypeIds.BYTEA,
        TypeIds.INTERVAL,
        TypeIds.TIME
    };

    private final int[] declared;
    private final int @Nullable [] inferred;
    private final int typesTried;
    private final @Nullable ServerError firstRefusal;

    private Question(int[] declared, int @Nullable [] inferred, int typesTried, @Nullable ServerError firstRefusal) {
        this.declared = declared;
        this.inferred = inferred;
        this.typesTried = typesTried;
        this.firstRefusal = firstRefusal;
    }

    /**
     * Declares the types of values for which the server inferred text.
     *
     * @param inferred the types that the server inferred
     */
    static Question ofValues(int[] declared, int[] inferred) {
        return new Question(declared, inferred, 0, null);
    }

    /** The types to declare. The server infers the missing ones. */
    int[] declared() {
        return declared;
    }

    boolean isFirst() {
        return this == FIRST;
    }

    /** The types that the server inferred, to use if it refuses this question: it accepts only a text there. Otherwise null. */
    int @Nullable [] typesIfRefused() {
        return inferred;
    }

    /** The next question after a refusal; null if there is none. */
    @Nullable
    Question afterRefusal(ServerError refused, List<@Nullable Object> values) {
        if (isFirst()) {
            return isUndetermined(refused)
                    ? new Question(ParameterTypes.natural(values, ParameterTypes.UNDECLARED), null, 0, null)
                    : null;
        }
        boolean open = typesTried > 0 ? isUndetermined(refused) : hasNoType(refused);
        if (!open || typesTried == NULL_TYPES.length || !values.contains(null)) {
            return null;
        }
        int[] next = ParameterTypes.natural(values, NULL_TYPES[typesTried]);
        return new Question(next, null, typesTried + 1, refusal(refused));
    }

    /** The refusal to report to the caller: errors of types that were tried for nulls do not concern the caller's statement. */
    ServerError refusal(ServerError last) {
        ServerError first = firstRefusal;
        return first == null ? last : first;
    }

    private static boolean hasNoType(ServerError error) {
        return error.sqlState().equals(INDETERMINATE) || error.sqlState().equals(AMBIGUOUS);
    }

    /** Whether other types may help: indeterminate or ambiguous type, undefined function or operator, impossible cast. */
    private static boolean isUndetermined(ServerError error) {
        return switch (error.sqlState()) {
            case INDETERMINATE, AMBIGUOUS, "42725", "42883", "42804", "42846" -> true;
            default -> false;
        };
    }
}
