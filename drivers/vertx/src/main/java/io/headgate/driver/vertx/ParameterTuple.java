package io.headgate.driver.vertx;

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
        if (value instanceof Number[] numbers) {
            return Arrays.stream(numbers)
                    .map(number -> number == null ? null : number.toString())
                    .toArray(String[]::new);
        }
        return super.getArrayOfStrings(pos);
    }

    /** The array of nulls at a position as one of the type asked for, or null when it is no such array. */
    private <T> T @Nullable [] nulls(int pos, IntFunction<T[]> type) {
        return getValue(pos) instanceof TextArray array && array.isOfNulls()
                ? type.apply(array.elements().length)
                : null;
    }

    @Override
    public Boolean[] getArrayOfBooleans(int pos) {
        Boolean[] nulls = nulls(pos, Boolean[]::new);
        return nulls != null ? nulls : super.getArrayOfBooleans(pos);
    }

    @Override
    public Short[] getArrayOfShorts(int pos) {
        Short[] nulls = nulls(pos, Short[]::new);
        return nulls != null ? nulls : super.getArrayOfShorts(pos);
    }

    @Override
    public Integer[] getArrayOfIntegers(int pos) {
        Integer[] nulls = nulls(pos, Integer[]::new);
        return nulls != null ? nulls : super.getArrayOfIntegers(pos);
    }

    @Override
    public Long[] getArrayOfLongs(int pos) {
        Long[] nulls = nulls(pos, Long[]::new);
        return nulls != null ? nulls : super.getArrayOfLongs(pos);
    }

    @Override
    public Float[] getArrayOfFloats(int pos) {
        Float[] nulls = nulls(pos, Float[]::new);
        return nulls != null ? nulls : super.getArrayOfFloats(pos);
    }

    @Override
    public Double[] getArrayOfDoubles(int pos) {
        Double[] nulls = nulls(pos, Double[]::new);
        return nulls != null ? nulls : super.getArrayOfDoubles(pos);
    }

    @Override
    public Numeric[] getArrayOfNumerics(int pos) {
        Numeric[] nulls = nulls(pos, Numeric[]::new);
        return nulls != null ? nulls : super.getArrayOfNumerics(pos);
    }

    @Override
    public LocalDate[] getArrayOfLocalDates(int pos) {
        LocalDate[] nulls = nulls(pos, LocalDate[]::new);
        return nulls != null ? nulls : super.getArrayOfLocalDates(pos);
    }

    @Override
    public LocalTime[] getArrayOfLocalTimes(int pos) {
        LocalTime[] nulls = nulls(pos, LocalTime[]::new);
        return nulls != null ? nulls : super.getArrayOfLocalTimes(pos);
    }

    @Override
    public LocalDateTime[] getArrayOfLocalDateTimes(int pos) {
        LocalDateTime[] nulls = nulls(pos, LocalDateTime[]::new);
        return nulls != null ? nulls : super.getArrayOfLocalDateTimes(pos);
    }

    @Override
    public OffsetTime[] getArrayOfOffsetTimes(int pos) {
        OffsetTime[] nulls = nulls(pos, OffsetTime[]::new);
        return nulls != null ? nulls : super.getArrayOfOffsetTimes(pos);
    }

    @Override
    public OffsetDateTime[] getArrayOfOffsetDateTimes(int pos) {
        OffsetDateTime[] nulls = nulls(pos, OffsetDateTime[]::new);
        return nulls != null ? nulls : super.getArrayOfOffsetDateTimes(pos);
    }

    @Override
    public Buffer[] getArrayOfBuffers(int pos) {
        Buffer[] nulls = nulls(pos, Buffer[]::new);
        return nulls != null ? nulls : super.getArrayOfBuffers(pos);
    }

    @Override
    public UUID[] getArrayOfUUIDs(int pos) {
        UUID[] nulls = nulls(pos, UUID[]::new);
        return nulls != null ? nulls : super.getArrayOfUUIDs(pos);
    }
}
