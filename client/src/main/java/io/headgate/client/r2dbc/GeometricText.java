package io.headgate.client.r2dbc;

import io.headgate.core.type.TypedText;
import io.r2dbc.postgresql.codec.Box;
import io.r2dbc.postgresql.codec.Circle;
import io.r2dbc.postgresql.codec.Line;
import io.r2dbc.postgresql.codec.Lseg;
import io.r2dbc.postgresql.codec.Path;
import io.r2dbc.postgresql.codec.Point;
import io.r2dbc.postgresql.codec.Polygon;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts the geometric classes of R2DBC PostgreSQL from and to PostgreSQL's text. Loaded only if these classes are present.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-geometric.html">PostgreSQL, Geometric Types</a>
 */
final class GeometricText {

    /** The characters between the numbers in each type's text. */
    private static final String PUNCTUATION = "()[]{}<>,";

    private GeometricText() {}

    /** The text of a geometric value, or null if it is none. */
    static @Nullable TypedText of(Object value) {
        if (value instanceof Point point) {
            return new TypedText(PostgresType.POINT, text(point));
        }
        if (value instanceof Box box) {
            return new TypedText(PostgresType.BOX, text(List.of(box.getA(), box.getB())));
        }
        if (value instanceof Circle circle) {
            return new TypedText(PostgresType.CIRCLE, "<" + text(circle.getCenter()) + "," + circle.getRadius() + ">");
        }
        if (value instanceof Line line) {
            return new TypedText(PostgresType.LINE, "{" + line.getA() + "," + line.getB() + "," + line.getC() + "}");
        }
        if (value instanceof Lseg segment) {
            return new TypedText(PostgresType.LSEG, "[" + text(List.of(segment.getP1(), segment.getP2())) + "]");
        }
        if (value instanceof Path path) {
            String points = text(path.getPoints());
            return new TypedText(PostgresType.PATH, path.isOpen() ? "[" + points + "]" : "(" + points + ")");
        }
        return value instanceof Polygon polygon
                ? new TypedText(PostgresType.POLYGON, "(" + text(polygon.getPoints()) + ")")
                : null;
    }

    private static String text(Point point) {
        return "(" + point.getX() + "," + point.getY() + ")";
    }

    private static String text(List<Point> points) {
        return points.stream().map(GeometricText::text).collect(Collectors.joining(","));
    }

    /** The value of a geometric class, or null if the class is none, or the text is not of that type. */
    static @Nullable Object parse(String text, Class<?> type) {
        boolean points = type == Path.class || type == Polygon.class;
        int numbers = numbersOf(type);
        if (numbers == 0 && !points) {
            return null;
        }
        List<Double> found = numbers(text);
        if (found == null || (points ? found.isEmpty() || found.size() % 2 != 0 : found.size() != numbers)) {
            return null;
        }
        if (type == Path.class) {
            return Path.of(text.startsWith("["), pairs(found));
        }
        if (type == Polygon.class) {
            return Polygon.of(pairs(found));
        }
        return fixed(found, type);
    }

    private static int numbersOf(Class<?> type) {
        if (type == Point.class) {
            return 2;
        }
        if (type == Circle.class || type == Line.class) {
            return 3;
        }
        return type == Box.class || type == Lseg.class ? 4 : 0;
    }

    private static Object fixed(List<Double> n, Class<?> type) {
        if (type == Point.class) {
            return Point.of(n.get(0), n.get(1));
        }
        if (type == Circle.class) {
            return Circle.of(n.get(0), n.get(1), n.get(2));
        }
        if (type == Line.class) {
            return Line.of(n.get(0), n.get(1), n.get(2));
        }
        return type == Box.class
                ? Box.of(n.get(0), n.get(1), n.get(2), n.get(3))
                : Lseg.of(n.get(0), n.get(1), n.get(2), n.get(3));
    }

    private static List<Point> pairs(List<Double> numbers) {
        List<Point> points = new ArrayList<>(numbers.size() / 2);
        for (int i = 0; i < numbers.size(); i += 2) {
            points.add(Point.of(numbers.get(i), numbers.get(i + 1)));
        }
        return points;
    }

    private static @Nullable List<Double> numbers(String text) {
        StringTokenizer parts = new StringTokenizer(text, PUNCTUATION);
        List<Double> numbers = new ArrayList<>(parts.countTokens());
        try {
            while (parts.hasMoreTokens()) {
                numbers.add(Double.parseDouble(parts.nextToken()));
            }
        } catch (NumberFormatException noGeometricValue) {
            return null;
        }
        return numbers;
    }
}
