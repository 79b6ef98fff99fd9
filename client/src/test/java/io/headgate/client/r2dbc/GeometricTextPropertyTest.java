package io.headgate.client.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.codec.Box;
import io.r2dbc.postgresql.codec.Circle;
import io.r2dbc.postgresql.codec.Line;
import io.r2dbc.postgresql.codec.Lseg;
import io.r2dbc.postgresql.codec.Path;
import io.r2dbc.postgresql.codec.Point;
import io.r2dbc.postgresql.codec.Polygon;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Geometric values: what is written is read as the same, and any other text is none. */
class GeometricTextPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 500_000 : 10_000;

    private final Random random = new Random(SEED);

    private double number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(10) - 5;
            case 1 ->
                List.of(0d, -0d, Double.MAX_VALUE, Double.MIN_VALUE, Double.POSITIVE_INFINITY, 1e-7)
                        .get(random.nextInt(6));
            default -> random.nextGaussian() * 1e6;
        };
    }

    private List<Point> points() {
        return Stream.generate(() -> Point.of(number(), number()))
                .limit(1 + random.nextInt(5))
                .toList();
    }

    @Test
    void valuesComeBack() {
        for (int round = 0; round < ROUNDS; round++) {
            for (Object value : List.of(
                    Point.of(number(), number()),
                    Box.of(number(), number(), number(), number()),
                    Circle.of(number(), number(), Math.abs(number())),
                    Line.of(number(), number(), number()),
                    Lseg.of(number(), number(), number(), number()),
                    Path.of(random.nextBoolean(), points()),
                    Polygon.of(points()))) {
                String text = GeometricText.of(value).text();
                assertThat(GeometricText.parse(text, value.getClass())).as(text).isEqualTo(value);
            }
        }
    }

    @Test
    void anyTextIsAValueOrNone() {
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(14); length > 0; length--) {
                text.append("()[]{}<>,,,1125.-eN ".charAt(random.nextInt(20)));
            }
            for (Class<?> type : List.of(Point.class, Box.class, Circle.class, Line.class, Path.class, Polygon.class)) {
                Object value = GeometricText.parse(text.toString(), type);
                assertThat(value == null || value.getClass() == type)
                        .as(text.toString())
                        .isTrue();
            }
        }
    }
}
