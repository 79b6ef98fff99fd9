package io.headgate.driver.netty;

import io.headgate.core.codec.ValueEncoder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The types of a statement's parameters, as the server described them for values of certain Java types.
 *
 * @param types one type id for each parameter
 * @param declared the declared type: that of a value where the server could infer none, or inferred text for another value; 0 where the
 *     server inferred the type
 * @param asInferred whether values of other types are converted to these, because the server refuses the values' own types
 */
record ParameterTypes(int[] types, int[] declared, boolean asInferred) {

    static final int TEXT = ValueEncoder.naturalType("");

    /** The server infers the type. */
    static final int UNDECLARED = 0;

    static final ParameterTypes NONE = new ParameterTypes(new int[0], new int[0], false);

    /**
     * Whether values can be sent as these types without loss.
     *
     * @param fresh whether the types were described just now, so the server reads texts as the right types
     */
    boolean accept(List<@Nullable Object> values, boolean fresh) {
        if (values.size() != types.length) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            Object value = values.get(i);
            if (value != null && !accepts(i, value, fresh)) {
                return false;
            }
        }
        return true;
    }

    private boolean accepts(int i, Object value, boolean fresh) {
        if (declared[i] != 0) {
            return ValueEncoder.naturalType(value) == declared[i];
        }
        if (ValueEncoder.isNull(value)) {
            return asInferred || !isInferredAsText(value, types[i]);
        }
        if (!asInferred) {
            return hasType(value, types[i]) || (fresh && isParsed(value, types[i]));
        }
        return isParsed(value, types[i])
                ? fresh || ValueEncoder.fits(value, types[i])
                : !ValueEncoder.refuses(value, types[i]);
    }

    /** Whether the server inferred text for a value that is no text. */
    private static boolean isInferredAsText(Object value, int type) {
        return ValueEncoder.isTextLike(type) && !isText(value);
    }

    /** Whether the value is a text that the server parses as the type. */
    private static boolean isParsed(Object value, int type) {
        return ValueEncoder.isTextLike(type)
                ? value instanceof CharSequence
                : ValueEncoder.isText(value) && !ValueEncoder.refuses(value, type);
    }

    /** Whether two descriptions cannot both be right. Types that the server infers without declarations depend on the schema alone. */
    boolean contradicts(ParameterTypes other) {
        return isInferred() && other.isInferred() && !Arrays.equals(types, other.types);
    }

    private boolean isInferred() {
        for (int each : declared) {
            if (each != UNDECLARED) {
                return false;
            }
        }
        return true;
    }

    /** Whether the value has the type: it is converted without loss, and text only if it is a text. */
    private static boolean hasType(Object value, int type) {
        return ValueEncoder.fits(value, type) && (!ValueEncoder.isTextLike(type) || isText(value));
    }

    private static boolean isText(Object value) {
        int natural = ValueEncoder.naturalType(value);
        return natural == 0 || ValueEncoder.isTextLike(natural);
    }

    /** The types to declare so that the server converts the values, and not the driver; null if there are none. */
    static int @Nullable [] declarations(int[] described, List<@Nullable Object> values) {
        int[] declare = new int[described.length];
        boolean any = false;
        for (int i = 0; i < described.length && i < values.size(); i++) {
            Object value = values.get(i);
            if (value != null && isToBeDeclared(value, described[i])) {
                declare[i] = ValueEncoder.naturalType(value);
                any |= declare[i] != 0;
            }
        }
        return any ? declare : null;
    }

    private static boolean isToBeDeclared(Object value, int described) {
        if (ValueEncoder.isNull(value)) {
            return isInferredAsText(value, described);
        }
        return !isParsed(value, described)
                && !hasType(value, described)
                && (!ValueEncoder.refuses(value, described) || ValueEncoder.serverMayConvert(value, described));
    }

    /**
     * The values' own types.
     *
     * @param ofNull the type of nulls
     */
    static int[] natural(List<@Nullable Object> values, int ofNull) {
        int[] declare = new int[values.size()];
        for (int i = 0; i < declare.length; i++) {
            Object value = values.get(i);
            declare[i] = value == null ? ofNull : ValueEncoder.naturalType(value);
        }
        return declare;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ParameterTypes that
                && asInferred == that.asInferred
                && Arrays.equals(types, that.types)
                && Arrays.equals(declared, that.declared);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(types) * 31 + Arrays.hashCode(declared);
    }

    @Override
    public String toString() {
        return Arrays.toString(types);
    }
}
