package io.headgate.core.codec;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether a type keeps a text completely. Otherwise the type may drop a part of the text or refuse it: a date drops the time of
 * day, a timestamp the offset, a number leading zeros, a char trailing blanks. Such a text may be meant for the parameter's current type,
 * after ALTER TABLE, and not for the type that was described earlier. Rare spellings are not examined; they count as not kept.
 */
final class WholeText {

    /** PostgreSQL cuts longer names, in bytes. */
    private static final int MAX_NAME_BYTES = 63;

    /** The decimal digits that double precision holds for any number; its cast to numeric keeps the same number. */
    private static final int DOUBLE_DIGITS = 15;

    private static final int REAL_DIGITS = 6;

    /** Numbers as the server writes them: without plus sign, leading zeros or exponent. */
    private static final Pattern WHOLE_NUMBER = Pattern.compile("0|-?[1-9]\\d{0,18}");

    private static final Pattern NUMBER = Pattern.compile("(?!-[0.]+$)-?(0|[1-9]\\d{0,999})(\\.\\d{1,1000})?");
    private static final Pattern REAL = Pattern.compile("0|-?(0\\.(?!0000)|[1-9]\\d*\\.)\\d*[1-9]|-?[1-9]\\d*");
    private static final Pattern BYTES = Pattern.compile("\\\\x([0-9a-f]{2})*+");
    private static final Pattern DATE = Pattern.compile("\\d{4,7}-\\d\\d-\\d\\d");
    private static final Pattern TIME = Pattern.compile("\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?");
    private static final Pattern TIMESTAMP =
            Pattern.compile("\\d{4,6}-\\d\\d-\\d\\d([ T]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?)?");
    private static final Pattern ARRAY = Pattern.compile("\\{([^{}\"\\\\\\s]*)}");
    private static final Pattern UUID = Pattern.compile("[\\p{XDigit}{}-]{32,40}");

    private WholeText() {}

    /** Whether values of a type keep the complete text. True for types that are not known to drop anything. */
    static boolean fits(CharSequence text, int typeId) {
        return switch (typeId) {
            case BuiltInTypes.TEXT, BuiltInTypes.VARCHAR -> true;
            case BuiltInTypes.BPCHAR -> text.isEmpty() || text.charAt(text.length() - 1) != ' ';
            case BuiltInTypes.CHAR -> text.length() == 1 && text.charAt(0) < 0x80;
            case BuiltInTypes.NAME -> text.length() <= MAX_NAME_BYTES / 3 || isShortName(text);
            case TypeIds.INT2, TypeIds.INT4, TypeIds.INT8 -> isWholeNumber(text, typeId);
            case TypeIds.NUMERIC -> NUMBER.matcher(text).matches();
            case TypeIds.FLOAT4 -> isReal(text);
            case TypeIds.FLOAT8 -> REAL.matcher(text).matches() && digits(text) <= DOUBLE_DIGITS;
            case TypeIds.BOOL -> CharSequence.compare(text, "true") == 0 || CharSequence.compare(text, "false") == 0;
            case BuiltInTypes.MONEY -> false;
            case TypeIds.BYTEA -> BYTES.matcher(text).matches();
            case TypeIds.UUID -> UUID.matcher(text).matches();
            case TypeIds.DATE -> DATE.matcher(text).matches();
            case TypeIds.TIME -> TIME.matcher(text).matches();
            case TypeIds.TIMESTAMP -> TIMESTAMP.matcher(text).matches();
            default -> fitsArray(text, BuiltInTypes.elementOf(typeId));
        };
    }

    /** True if every element fits, or the type is not an array type. False for arrays with quotes or several dimensions. */
    private static boolean fitsArray(CharSequence text, int elementType) {
        if (elementType < 0 || elementType == BuiltInTypes.TEXT || elementType == BuiltInTypes.VARCHAR) {
            return true;
        }
        Matcher array = ARRAY.matcher(text);
        if (!array.matches()) {
            return false;
        }
        for (String element : array.group(1).split(",")) {
            if (!element.isEmpty() && !element.equals("NULL") && !fits(element, elementType)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isShortName(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
    }

    private static boolean isWholeNumber(CharSequence text, int typeId) {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            return false;
        }
        try {
            long number = Long.parseLong(text, 0, text.length(), 10);
            return typeId == TypeIds.INT8
                    || (typeId == TypeIds.INT4 ? number == (int) number : number == (short) number);
        } catch (NumberFormatException outOfRange) {
            return false;
        }
    }

    /** Whether real and double precision hold the same number. */
    private static boolean isReal(CharSequence text) {
        return REAL.matcher(text).matches()
                && digits(text) <= REAL_DIGITS
                && Float.parseFloat(text.toString()) == Double.parseDouble(text.toString());
    }

    private static int digits(CharSequence number) {
        int digits = 0;
        for (int i = 0; i < number.length(); i++) {
            digits += Character.isDigit(number.charAt(i)) ? 1 : 0;
        }
        return digits;
    }
}
