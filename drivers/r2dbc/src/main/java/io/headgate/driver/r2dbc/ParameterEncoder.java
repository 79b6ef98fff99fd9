package io.headgate.driver.r2dbc;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.codec.ValueEncoder;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.type.TypedText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes parameter values for a server that was not asked which types it wants. Most go as text, which the server reads as the type
 * that the parameter's place in the statement asks for, and so refuses what does not fit. Where it would read too much into a text,
 * the value's own type is declared: of a time with an offset, say, which it would otherwise take for a timestamp without one.
 * What cannot be sent is refused before anything is.
 *
 * <p>Stateless but for its limit.
 */
final class ParameterEncoder {

    private final int maxValueBytes;

    ParameterEncoder(int maxValueBytes) {
        this.maxValueBytes = maxValueBytes;
    }

    /**
     * The values of one set, null for NULL.
     *
     * @throws HeadgateException if one cannot be sent
     */
    @Nullable
    Parameter[] encode(List<@Nullable Object> values, String sql) {
        @Nullable Parameter[] parameters = new @Nullable Parameter[values.size()];
        try {
            for (int i = 0; i < parameters.length; i++) {
                Object value = values.get(i);
                parameters[i] = value == null || ValueEncoder.isNull(value) ? null : encode(value, i);
            }
        } catch (ParameterException refused) {
            throw StatementChecks.in(sql, refused);
        } catch (Throwable thrown) {
            throw StatementChecks.unwritable(thrown, sql);
        }
        return parameters;
    }

    private Parameter encode(Object value, int index) {
        int type = declared(value);
        byte[] bytes;
        try {
            bytes = ValueEncoder.encode(value, type);
        } catch (ParameterException refused) {
            throw StatementChecks.refused(index, refused);
        }
        if (bytes.length > maxValueBytes) {
            throw StatementChecks.tooLarge(index, bytes.length, maxValueBytes);
        }
        return new Parameter(type, ValueEncoder.writesBinary(value, type), bytes);
    }

    /** The value's own type where the server has to know it, else 0 for the server to find one. */
    private static int declared(Object value) {
        int own = value instanceof TypedText ? TypeIds.UNSPECIFIED : ValueEncoder.naturalType(value);
        return switch (own) {
            case TypeIds.BOOL,
                    TypeIds.BYTEA,
                    TypeIds.DATE,
                    TypeIds.TIME,
                    TypeIds.TIMETZ,
                    TypeIds.TIMESTAMP,
                    TypeIds.TIMESTAMPTZ,
                    TypeIds.INTERVAL,
                    TypeIds.BOOL_ARRAY,
                    TypeIds.BYTEA_ARRAY,
                    TypeIds.DATE_ARRAY,
                    TypeIds.TIME_ARRAY,
                    TypeIds.TIMETZ_ARRAY,
                    TypeIds.TIMESTAMP_ARRAY,
                    TypeIds.TIMESTAMPTZ_ARRAY,
                    TypeIds.INTERVAL_ARRAY -> own;
            default -> TypeIds.UNSPECIFIED;
        };
    }
}
