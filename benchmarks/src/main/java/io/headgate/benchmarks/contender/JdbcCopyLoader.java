package io.headgate.benchmarks.contender;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** COPY in text format through the JDBC driver, as the upper limit. Blocks its caller. */
final class JdbcCopyLoader implements BulkLoader {

    private static final String COPY = "COPY " + TABLE + "(id, title) FROM STDIN";

    private final Connection connection;
    private final CopyManager copies;

    JdbcCopyLoader(Target target, Tuning tuning) {
        try {
            connection = DriverManager.getConnection(target.jdbcUrl(), target.user(), target.password());
            copies = connection.unwrap(PGConnection.class).getCopyAPI();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot connect to " + target, e);
        }
    }

    /** Titles contain no character that COPY's text format must escape. */
    @Override
    public CompletableFuture<Long> insert(List<Item> rows) {
        StringBuilder text = new StringBuilder(rows.size() * 32);
        for (Item row : rows) {
            text.append(row.id()).append('\t').append(row.title()).append('\n');
        }
        try {
            return CompletableFuture.completedFuture(copies.copyIn(COPY, new StringReader(text.toString())));
        } catch (SQLException | IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot disconnect", e);
        }
    }
}
