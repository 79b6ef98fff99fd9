package io.headgate.client.r2dbc;

import io.headgate.core.type.TypedText;
import io.r2dbc.postgresql.codec.Interval;
import io.r2dbc.postgresql.codec.Json;
import java.time.Duration;
import java.time.Period;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The value classes of R2DBC PostgreSQL that applications use in their own code, accepted and returned if its artifact is on
 * the class path. Otherwise nothing here is loaded: callers check the names of classes first.
 */
final class PostgresqlCodecs {

    private static final String PACKAGE = "io.r2dbc.postgresql.codec.";

    private static final Class<?> JSON = find("Json");
    private static final Class<?> POINT = find("Point");
    private static final Class<?> LSEG = find("Lseg");
    private static final Class<?> PATH = find("Path");
    private static final Class<?> BOX = find("Box");
    private static final Class<?> POLYGON = find("Polygon");
    private static final Class<?> LINE = find("Line");
    private static final Class<?> CIRCLE = find("Circle");

    private PostgresqlCodecs() {}

    /**
     * The default class of json and geometric values: R2DBC PostgreSQL's class, or text if that is not present. Object for
     * other types.
     */
    static Class<?> classOf(int typeId) {
        return switch (typeId) {
            case PostgresType.JSON, PostgresType.JSONB -> JSON;
            case PostgresType.POINT -> POINT;
            case PostgresType.LSEG -> LSEG;
            case PostgresType.PATH -> PATH;
            case PostgresType.BOX -> BOX;
            case PostgresType.POLYGON -> POLYGON;
            case PostgresType.LINE -> LINE;
            case PostgresType.CIRCLE -> CIRCLE;
            default -> Object.class;
        };
    }

    private static Class<?> find(String name) {
        try {
            return Class.forName(PACKAGE + name, false, PostgresqlCodecs.class.getClassLoader());
        } catch (ClassNotFoundException notThere) {
            return String.class;
        }
    }

    /** Whether a class is one of R2DBC PostgreSQL's. */
    static boolean has(Class<?> type) {
        return type.getName().startsWith(PACKAGE);
    }

    /** Converts a value of R2DBC PostgreSQL's classes, or an array of them, to Headgate's; returns other values unchanged. */
    static Object toOwn(Object value) {
        Class<?> element = value.getClass().getComponentType();
        if (element != null && has(element)) {
            return Arrays.stream((@Nullable Object[]) value)
                    .map(each -> each == null ? null : single(each))
                    .toArray();
        }
        return has(value.getClass()) ? single(value) : value;
    }

    private static Object single(Object value) {
        if (value instanceof Json json) {
            return io.headgate.core.type.Json.of(json.asString());
        }
        if (value instanceof Interval interval) {
            return own(interval);
        }
        TypedText geometric = GeometricText.of(value);
        return geometric == null ? value : geometric;
    }

    private static io.headgate.core.type.Interval own(Interval interval) {
        Duration time = Duration.ofHours(interval.getHours())
                .plusMinutes(interval.getMinutes())
                .plusSeconds(interval.getSecondsInMinute())
                .plusNanos(interval.getMicrosecondsInSecond() * 1_000L);
        long micros = Math.addExact(Math.multiplyExact(time.getSeconds(), 1_000_000L), time.getNano() / 1_000);
        return new io.headgate.core.type.Interval(
                interval.getYears() * 12 + interval.getMonths(), interval.getDays(), micros);
    }

    /** Converts a value of Headgate's to a class of R2DBC PostgreSQL, or null if that is not possible. */
    static @Nullable Object toTheirs(Object value, Class<?> type) {
        if (type == Json.class && value instanceof String text) {
            return Json.of(text);
        }
        if (type == Interval.class && value instanceof io.headgate.core.type.Interval interval) {
            return Interval.of(
                    Period.of(0, interval.months(), interval.days()),
                    Duration.ofSeconds(
                            interval.microseconds() / 1_000_000, interval.microseconds() % 1_000_000 * 1_000));
        }
        return value instanceof String text ? GeometricText.parse(text, type) : null;
    }
}
