package io.headgate.driver.netty;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.error.ServerError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Description} declares of a statement's parameters. At first nothing. Then the types of the values themselves, when
 * the server can infer none, or infers text for a value that is none: {@code SELECT $1 < $2} would compare numbers as texts. A null
 * of no type is declared only when even that does not do, as each of some types in turn.
 */
final class Question {

    private static final int[] NOTHING = {};

    static final Question FIRST = new Question(NOTHING, null, 0, null);

    private static final String INDETERMINATE = "42P18";

    /** Of a parameter whose type the server finds after it has met it without: {@code $1 IS NULL OR id = $1}. */
    private static final String AMBIGUOUS = "42P08";

    /** What a null may be, one of each family of types that PostgreSQL compares with one another. */
    private static final int[] OF_NULLS = {
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
     * With the types of values for which the server has inferred text.
     *
     * @param inferred the types that the server has inferred
     */
    static Question ofValues(int[] declared, int[] inferred) {
        return new Question(declared, inferred, 0, null);
    }

    /** The types to declare; those that are left out are the server's to infer. */
    int[] declared() {
        return declared;
    }

    boolean isFirst() {
        return this == FIRST;
    }

    /** When it is refused, the types that the server had inferred before: it takes a text there and nothing else. Else null. */
    int @Nullable [] textsOnly() {
        return inferred;
    }

    /** What to ask after it was refused; null if there is nothing left. */
    @Nullable
    Question afterRefusal(ServerError refused, List<@Nullable Object> values) {
        if (isFirst()) {
            return isUndetermined(refused)
                    ? new Question(ParameterTypes.natural(values, ParameterTypes.UNDECLARED), null, 0, null)
                    : null;
        }
        boolean open = typesTried > 0 ? isUndetermined(refused) : hasNoType(refused);
        if (!open || typesTried == OF_NULLS.length || !values.contains(null)) {
            return null;
        }
        int[] next = ParameterTypes.natural(values, OF_NULLS[typesTried]);
        return new Question(next, null, typesTried + 1, refusal(refused));
    }

    /** The refusal that the caller is told: what a type that was tried for a null led to says nothing of his statement. */
    ServerError refusal(ServerError last) {
        ServerError first = firstRefusal;
        return first == null ? last : first;
    }

    private static boolean hasNoType(ServerError error) {
        return error.sqlState().equals(INDETERMINATE) || error.sqlState().equals(AMBIGUOUS);
    }

    /** Whether other types may help: indeterminate, ambiguous, no such function or operator. */
    private static boolean isUndetermined(ServerError error) {
        return switch (error.sqlState()) {
            case INDETERMINATE, AMBIGUOUS, "42725", "42883", "42804", "42846" -> true;
            default -> false;
        };
    }
}
