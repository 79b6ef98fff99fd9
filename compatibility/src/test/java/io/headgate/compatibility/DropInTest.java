package io.headgate.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/** Asks both drivers the same. */
abstract class DropInTest {

    static final String FAILS = "fails";

    private final Target target;

    DropInTest(Target target) {
        this.target = target;
    }

    private static String ask(ConnectionFactory factory, String sql, Object bound, Function<Row, Object> read) {
        return Flux.usingWhen(
                        factory.create(),
                        connection -> Flux.from(bind(connection, sql, bound).execute())
                                .flatMap(result -> result.map((row, columns) -> text(read.apply(row)))),
                        Connection::close)
                .onErrorResume(error -> Flux.just(FAILS))
                .blockLast();
    }

    private static Statement bind(Connection connection, String sql, Object bound) {
        Statement statement = connection.createStatement(sql);
        return bound == null ? statement : statement.bind("$1", bound);
    }

    private static String text(Object value) {
        if (value == null) {
            return "null";
        }
        String type = value.getClass().getSimpleName();
        if (value instanceof Object[] array) {
            return type + " " + Arrays.deepToString(array);
        }
        if (value instanceof byte[] bytes) {
            return type + " " + Arrays.toString(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return "ByteBuffer " + Arrays.toString(bytes);
        }
        if (value instanceof Json json) {
            return "Json " + json.asString();
        }
        if (value instanceof OffsetDateTime time) {
            return type + " " + time.toInstant();
        }
        if (value instanceof ZonedDateTime time) {
            return type + " " + time.toInstant();
        }
        return type + " " + value;
    }

    /** Where the other driver fails, Headgate may have an answer all the same. */
    final void answersAlike(String sql, Object bound, Function<Row, Object> read) {
        String expected = ask(Target.POSTGRESQL_DIRECT.connectionFactory(), sql, bound, read);
        String actual = ask(target.connectionFactory(), sql, bound, read);
        if (!expected.equals(FAILS)) {
            assertThat(actual).as(sql).isEqualTo(expected);
        }
    }

    /** Headgate has an answer of its own; once it is the same, the difference is gone and so should its test be. */
    final void answersOtherwise(String sql, Object bound, Function<Row, Object> read, String answer) {
        assertThat(ask(target.connectionFactory(), sql, bound, read)).as(sql).isEqualTo(answer);
        assertThat(ask(Target.POSTGRESQL_DIRECT.connectionFactory(), sql, bound, read))
                .as(sql)
                .isNotEqualTo(answer);
    }

    final void fails(String sql, Object bound, Function<Row, Object> read) {
        assertThat(ask(target.connectionFactory(), sql, bound, read)).as(sql).isEqualTo(FAILS);
    }
}
