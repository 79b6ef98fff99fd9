package io.headgate.client;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The first column of the only row of a statement, which both interfaces are asked for. */
final class FirstValue {

    private static final Duration SOON = Duration.ofSeconds(20);

    private FirstValue() {}

    /** By {@code sql()}; null for NULL. */
    static <T> T of(Headgate db, Class<T> type, String sql, Object... values) {
        return db.sql(sql)
                .bindAll(values)
                .map(row -> Optional.ofNullable(row.get(0, type)))
                .one()
                .block(SOON)
                .orElse(null);
    }

    /** By R2DBC, on a connection of its own; null for NULL. */
    static <T> T ofR2dbc(Headgate db, Class<T> type, String sql, Object... values) {
        return onR2dbc(db, connection -> ofR2dbc(connection, type, sql, values));
    }

    static <T> T ofR2dbc(Connection connection, Class<T> type, String sql, Object... values) {
        Statement statement = connection.createStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.bind(i, values[i]);
        }
        return Flux.from(statement.execute())
                .flatMap(result -> result.map(row -> Optional.ofNullable(row.get(0, type))))
                .blockLast(SOON)
                .orElse(null);
    }

    /** Lends a connection of R2DBC to the work. */
    static <T> T onR2dbc(Headgate db, Function<Connection, T> work) {
        Connection connection = db.connectionFactory().create().block(SOON);
        try {
            return work.apply(connection);
        } finally {
            Mono.from(connection.close()).block(SOON);
        }
    }
}
