package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * PgBouncer's admin console. Each command has its own connection: commands are rare, and an idle console connection counts against
 * {@code max_client_conn}. The console supports only the simple query protocol, in which {@link NettyDriver}'s connections read no rows.
 *
 * <p>Lazy: each subscription logs in, runs the command and closes. Signals arrive on an event loop of the driver. Cancelling closes the
 * connection; a command that was sent may still run. Safe for use by many threads.
 *
 * @see <a href="https://www.pgbouncer.org/usage.html#admin-console">PgBouncer, Admin console</a>
 */
public final class PgBouncerConsole {

    /** The database name of PgBouncer's console. */
    private static final String DATABASE = "pgbouncer";

    /** PgBouncer's message, without SQLSTATE, to a user who is in neither list. */
    private static final String NOT_ALLOWED = "not allowed";

    private final NettyDriver driver;
    private final ConnectionSettings settings;

    private PgBouncerConsole(NettyDriver driver, ConnectionSettings settings) {
        this.driver = driver;
        this.settings = settings;
    }

    /**
     * Creates a console on the driver's event loops. It ends with the driver.
     *
     * @param driver the driver
     * @param settings the address of PgBouncer, and a user of its {@code admin_users}, or of {@code stats_users} for {@code SHOW} alone.
     *     The database is ignored. {@code connectTimeout} limits log-in and command together
     */
    public static PgBouncerConsole of(NettyDriver driver, ConnectionSettings settings) {
        return new PgBouncerConsole(driver, settings.database(DATABASE).timeZone(null));
    }

    /**
     * Runs one command.
     *
     * @param command such as {@code SHOW DATABASES}
     * @return the rows; empty for a command that returns none. Each row maps columns, in their order, to values as text; NULL is the empty
     *     text. Fails with the errors of {@link NettyDriver#connect}, or with {@link DatabaseException} when the console refuses the
     *     command
     */
    public Mono<List<Map<String, String>>> run(String command) {
        Connector.Use<List<Map<String, String>>> use = (wire, key, closed, whenDone, whenFailed) -> {
            wire.expect(new Rows(wire, command, whenDone, whenFailed));
            ByteBuf out = wire.buffer(256);
            Frontend.query(out, command);
            wire.write(out);
        };
        return driver.open(
                settings,
                (address, credentials, tls) -> driver.connector()
                        .connect(settings, address, credentials, tls, use)
                        .onErrorMap(DatabaseException.class, error -> explained(error, credentials)));
    }

    private Throwable explained(DatabaseException error, Credentials credentials) {
        return NOT_ALLOWED.equals(error.error().message())
                ? new ConfigurationException(
                        settings.node() + " does not let user \"" + credentials.user()
                                + "\" use its console; name the user in PgBouncer's admin_users or stats_users",
                        error)
                : error;
    }

    /** Reads the answer to the command, then closes the connection. */
    private final class Rows extends SyncUnit {

        private final Wire wire;
        private final String command;
        private final Consumer<List<Map<String, String>>> whenDone;
        private final Consumer<Throwable> whenFailed;
        private final List<Map<String, String>> rows = new ArrayList<>();
        private Columns columns = Columns.NONE;
        private @Nullable ServerError error;

        Rows(Wire wire, String command, Consumer<List<Map<String, String>>> whenDone, Consumer<Throwable> whenFailed) {
            this.wire = wire;
            this.command = command;
            this.whenDone = whenDone;
            this.whenFailed = whenFailed;
        }

        @Override
        void receive(byte type, ByteBuf in, int index, int length) {
            switch (type) {
                case Backend.ROW_DESCRIPTION -> columns = Columns.of(in, index, length);
                case Backend.DATA_ROW -> rows.add(row(in, index, length));
                case Backend.ERROR -> error = Backend.error(in, index, length);
                default -> {}
            }
        }

        private Map<String, String> row(ByteBuf in, int index, int length) {
            byte[] bytes = new byte[length];
            in.getBytes(index, bytes);
            if (!NettyRow.isWellFormed(bytes, columns.size())) {
                throw new DecoderException("a row that does not fit its " + columns.size() + " columns");
            }
            Map<String, String> row = new LinkedHashMap<>();
            int at = index + 2;
            for (int i = 0; i < columns.size(); i++) {
                int size = Math.max(0, in.getInt(at));
                row.put(columns.metadata().names().get(i), in.toString(at + 4, size, StandardCharsets.UTF_8));
                at += 4 + size;
            }
            return row;
        }

        @Override
        void done() {
            wire.terminate();
            ServerError refused = error;
            if (refused == null) {
                whenDone.accept(rows);
            } else {
                whenFailed.accept(failure(refused));
            }
        }

        @Override
        void lost(@Nullable ServerError fatal, String why, boolean sent) {
            whenFailed.accept(fatal == null ? new ConnectFailedException(settings.node(), why, null) : failure(fatal));
        }

        private DatabaseException failure(ServerError refused) {
            return ErrorTable.toException(refused, settings.node(), command, Effect.ATOMIC, null);
        }
    }

    @Override
    public String toString() {
        return "PgBouncerConsole[" + settings.node() + "]";
    }
}
