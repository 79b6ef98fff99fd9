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
 * Encodes parameter values without knowledge of the server's types. Most go as text: the server parses them as the inferred type and
 * refuses what does not fit. Where the server would read a text wrongly, the value's own type is declared. For example, it would take a
 * time with an offset for a timestamp without one. Values that cannot be sent are refused before anything is sent.
 *
 * <p>Safe for use by many threads; immutable.
 */
final class ParameterEncoder {

    private final int maxValueBytes;

    ParameterEncoder(int maxValueBytes) {
        this.maxValueBytes = maxValueBytes;
    }

    /**
     * Encodes the values of one parameter set; null for NULL.
     *
     * @throws HeadgateException if a value cannot be sent
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
            throw StatementChecks.encodingFailed(thrown, sql);
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

    /** The value's own type if the server must know it; otherwise 0, so that the server infers one. */
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
