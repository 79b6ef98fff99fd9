package io.headgate.driver.netty;

import io.headgate.core.codec.ValueEncoder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The types of a statement's parameters, as the server described them for values of certain Java types.
 *
 * @param types ids, one for each parameter
 * @param declared what was declared of them: a value's own type where the server could infer none, or inferred text for what is
 *     none; 0 where it inferred the type
 * @param asInferred whether values of other types are converted to these, because the server refuses their own types there
 */
record ParameterTypes(int[] types, int[] declared, boolean asInferred) {

    static final int TEXT = ValueEncoder.naturalType("");

    /** Left to the server to infer. */
    static final int UNDECLARED = 0;

    static final ParameterTypes NONE = new ParameterTypes(new int[0], new int[0], false);

    /**
     * Whether values can be sent as these types without a loss.
     *
     * @param fresh whether the types were described just now, so that the server reads texts by the right ones
     */
    boolean take(List<@Nullable Object> values, boolean fresh) {
        if (values.size() != types.length) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            Object value = values.get(i);
            if (value != null && !takes(i, value, fresh)) {
                return false;
            }
        }
        return true;
    }

    private boolean takes(int i, Object value, boolean fresh) {
        if (declared[i] != 0) {
            return ValueEncoder.naturalType(value) == declared[i];
        }
        if (ValueEncoder.isNull(value)) {
            return asInferred || !isTakenForText(value, types[i]);
        }
        if (!asInferred) {
            return isOwn(value, types[i]) || (fresh && isRead(value, types[i]));
        }
        return isRead(value, types[i])
                ? fresh || ValueEncoder.fits(value, types[i])
                : !ValueEncoder.refuses(value, types[i]);
    }

    /** Whether the server infers text for what is none. */
    private static boolean isTakenForText(Object value, int type) {
        return ValueEncoder.isTextLike(type) && !isText(value);
    }

    /** Whether it is a text that the server reads by the rules of the type. */
    private static boolean isRead(Object value, int type) {
        return ValueEncoder.isTextLike(type)
                ? value instanceof CharSequence
                : ValueEncoder.isText(value) && !ValueEncoder.refuses(value, type);
    }

    /** Whether two descriptions cannot both be right: what the server infers by itself depends on nothing but the schema. */
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

    /** Whether a value is one of a type: nothing of it is lost, and it is not taken for a text that it is not. */
    private static boolean isOwn(Object value, int type) {
        return ValueEncoder.fits(value, type) && (!ValueEncoder.isTextLike(type) || isText(value));
    }

    private static boolean isText(Object value) {
        int natural = ValueEncoder.naturalType(value);
        return natural == 0 || ValueEncoder.isTextLike(natural);
    }

    /** What to declare so that the server converts values to its types and not we, or null if there is nothing to. */
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
            return isTakenForText(value, described);
        }
        return !isRead(value, described)
                && !isOwn(value, described)
                && (!ValueEncoder.refuses(value, described) || ValueEncoder.isTheServersToConvert(value, described));
    }

    /** The types of the values themselves, for what the server cannot infer, and one for nulls. */
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
