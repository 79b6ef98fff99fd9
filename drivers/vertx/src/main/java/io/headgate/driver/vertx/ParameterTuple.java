package io.headgate.driver.vertx;

import io.headgate.core.driver.text.TypeIds;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.data.Numeric;
import io.vertx.sqlclient.internal.ArrayTuple;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Parameters in the form Vert.x takes them. Vert.x asks for a value by the type that the server wants, which is not known
 * when the value is bound; this answers where Vert.x's own tuple would not, or not rightly:
 *
 * <ul>
 *   <li>an array without a value that is not null, such as an empty list, is an array of whatever type is asked for;
 *   <li>an array of texts asked for as one text (types Vert.x does not know: enumerations, citext) is an array literal
 *       with its elements quoted, which Vert.x only joins by commas;
 *   <li>a text asked for as something else, as by {@code $1::uuid}, is read as PostgreSQL would;
 *   <li>an array of numbers asked for as texts ({@code numeric[]}, see {@link TypeSubstitution}) may hold nulls.
 * </ul>
 */
final class ParameterTuple extends ArrayTuple {

    /** An array of texts, or of nothing but nulls. */
    record TextArray(@Nullable String[] elements) {

        private boolean isOfNulls() {
            return Arrays.stream(elements).allMatch(element -> element == null);
        }

        /** As PostgreSQL's array input has it. */
        private String literal() {
            return Arrays.stream(elements)
                    .map(element -> element == null
                            ? "NULL"
                            : '"' + element.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                    .collect(Collectors.joining(",", "{", "}"));
        }
    }

    ParameterTuple(int size) {
        super(size);
    }

    @Override
    public String getString(int pos) {
        return getValue(pos) instanceof TextArray array ? array.literal() : super.getString(pos);
    }

    @Override
    public String[] getArrayOfStrings(int pos) {
        Object value = getValue(pos);
        if (value instanceof TextArray array) {
            return array.elements();
        }
        if (value instanceof String text) {
            return TextParameter.array(text, TypeIds.TEXT_ARRAY, new String[0]);
        }
        if (value instanceof Number[] numbers) {
            return Arrays.stream(numbers)
                    .map(number -> number == null ? null : number.toString())
                    .toArray(String[]::new);
        }
        return super.getArrayOfStrings(pos);
    }

    /** The array of nulls, or the text of an array, at a position as one of the type asked for; null for anything else. */
    private <T> T @Nullable [] array(int pos, int arrayTypeId, IntFunction<T[]> type) {
        Object value = getValue(pos);
        if (value instanceof TextArray array && array.isOfNulls()) {
            return type.apply(array.elements().length);
        }
        return value instanceof String text ? TextParameter.array(text, arrayTypeId, type.apply(0)) : null;
    }

    /** What a text at a position stands for, or null when there is no text. */
    private <T> @Nullable T ofText(int pos, Function<String, T> parser) {
        return getValue(pos) instanceof String text ? parser.apply(text.strip()) : null;
    }

    @Override
    public Boolean[] getArrayOfBooleans(int pos) {
        Boolean[] array = array(pos, TypeIds.BOOL_ARRAY, Boolean[]::new);
        return array != null ? array : super.getArrayOfBooleans(pos);
    }

    @Override
    public Short[] getArrayOfShorts(int pos) {
        Short[] array = array(pos, TypeIds.INT2_ARRAY, Short[]::new);
        return array != null ? array : super.getArrayOfShorts(pos);
    }

    @Override
    public Integer[] getArrayOfIntegers(int pos) {
        Integer[] array = array(pos, TypeIds.INT4_ARRAY, Integer[]::new);
        return array != null ? array : super.getArrayOfIntegers(pos);
    }

    @Override
    public Long[] getArrayOfLongs(int pos) {
        Long[] array = array(pos, TypeIds.INT8_ARRAY, Long[]::new);
        return array != null ? array : super.getArrayOfLongs(pos);
    }

    @Override
    public Float[] getArrayOfFloats(int pos) {
        Float[] array = array(pos, TypeIds.FLOAT4_ARRAY, Float[]::new);
        return array != null ? array : super.getArrayOfFloats(pos);
    }

    @Override
    public Double[] getArrayOfDoubles(int pos) {
        Double[] array = array(pos, TypeIds.FLOAT8_ARRAY, Double[]::new);
        return array != null ? array : super.getArrayOfDoubles(pos);
    }

    @Override
    public Numeric[] getArrayOfNumerics(int pos) {
        return getValue(pos) instanceof TextArray array && array.isOfNulls()
                ? new Numeric[array.elements().length]
                : super.getArrayOfNumerics(pos);
    }

    @Override
    public LocalDate[] getArrayOfLocalDates(int pos) {
        LocalDate[] array = array(pos, TypeIds.DATE_ARRAY, LocalDate[]::new);
        return array != null ? array : super.getArrayOfLocalDates(pos);
    }

    @Override
    public LocalTime[] getArrayOfLocalTimes(int pos) {
        LocalTime[] array = array(pos, TypeIds.TIME_ARRAY, LocalTime[]::new);
        return array != null ? array : super.getArrayOfLocalTimes(pos);
    }

    @Override
    public LocalDateTime[] getArrayOfLocalDateTimes(int pos) {
        LocalDateTime[] array = array(pos, TypeIds.TIMESTAMP_ARRAY, LocalDateTime[]::new);
        return array != null ? array : super.getArrayOfLocalDateTimes(pos);
    }

    @Override
    public OffsetTime[] getArrayOfOffsetTimes(int pos) {
        OffsetTime[] array = array(pos, TypeIds.TIMETZ_ARRAY, OffsetTime[]::new);
        return array != null ? array : super.getArrayOfOffsetTimes(pos);
    }

    @Override
    public OffsetDateTime[] getArrayOfOffsetDateTimes(int pos) {
        OffsetDateTime[] array = array(pos, TypeIds.TIMESTAMPTZ_ARRAY, OffsetDateTime[]::new);
        return array != null ? array : super.getArrayOfOffsetDateTimes(pos);
    }

    @Override
    public Buffer[] getArrayOfBuffers(int pos) {
        return getValue(pos) instanceof TextArray array && array.isOfNulls()
                ? new Buffer[array.elements().length]
                : super.getArrayOfBuffers(pos);
    }

    @Override
    public UUID[] getArrayOfUUIDs(int pos) {
        UUID[] array = array(pos, TypeIds.UUID_ARRAY, UUID[]::new);
        return array != null ? array : super.getArrayOfUUIDs(pos);
    }

    @Override
    public Boolean getBoolean(int pos) {
        Boolean parsed = ofText(pos, TextParameter::yesOrNo);
        return parsed != null ? parsed : super.getBoolean(pos);
    }

    @Override
    public Short getShort(int pos) {
        Short parsed = ofText(pos, Short::valueOf);
        return parsed != null ? parsed : super.getShort(pos);
    }

    @Override
    public Integer getInteger(int pos) {
        Integer parsed = ofText(pos, Integer::valueOf);
        return parsed != null ? parsed : super.getInteger(pos);
    }

    @Override
    public Long getLong(int pos) {
        Long parsed = ofText(pos, Long::valueOf);
        return parsed != null ? parsed : super.getLong(pos);
    }

    @Override
    public Float getFloat(int pos) {
        Float parsed = ofText(pos, Float::valueOf);
        return parsed != null ? parsed : super.getFloat(pos);
    }

    @Override
    public Double getDouble(int pos) {
        Double parsed = ofText(pos, Double::valueOf);
        return parsed != null ? parsed : super.getDouble(pos);
    }

    @Override
    public Numeric getNumeric(int pos) {
        Numeric parsed = ofText(pos, Numeric::parse);
        return parsed != null ? parsed : super.getNumeric(pos);
    }

    @Override
    public LocalDate getLocalDate(int pos) {
        LocalDate parsed = ofText(pos, TextParameter::date);
        return parsed != null ? parsed : super.getLocalDate(pos);
    }

    @Override
    public LocalTime getLocalTime(int pos) {
        LocalTime parsed = ofText(pos, LocalTime::parse);
        return parsed != null ? parsed : super.getLocalTime(pos);
    }

    @Override
    public OffsetTime getOffsetTime(int pos) {
        OffsetTime parsed = ofText(pos, TextParameter::offsetTime);
        return parsed != null ? parsed : super.getOffsetTime(pos);
    }

    @Override
    public LocalDateTime getLocalDateTime(int pos) {
        LocalDateTime parsed = ofText(pos, TextParameter::dateTime);
        return parsed != null ? parsed : super.getLocalDateTime(pos);
    }

    @Override
    public OffsetDateTime getOffsetDateTime(int pos) {
        OffsetDateTime parsed = ofText(pos, TextParameter::offsetDateTime);
        return parsed != null ? parsed : super.getOffsetDateTime(pos);
    }

    @Override
    public UUID getUUID(int pos) {
        UUID parsed = ofText(pos, UUID::fromString);
        return parsed != null ? parsed : super.getUUID(pos);
    }
}
