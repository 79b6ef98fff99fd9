package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.support.ConnectAttempt;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * PgBouncer's admin console. Each command has its own connection: commands are rare, and an idle console connection counts against
 * {@code max_client_conn}. The console supports only the simple query protocol, in which {@link VertxDriver} prepares nothing.
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

    private static final Logger logger = LoggerFactory.getLogger(PgBouncerConsole.class);

    private final Vertx vertx;
    private final ConnectionSettings settings;

    private PgBouncerConsole(Vertx vertx, ConnectionSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /**
     * Creates a console on the driver's event loops. It ends with the driver.
     *
     * @param driver the driver
     * @param settings the address of PgBouncer, and a user of its {@code admin_users}, or of {@code stats_users} for {@code SHOW} alone.
     *     The database is ignored. {@code connectTimeout} limits log-in and command together
     */
    public static PgBouncerConsole of(VertxDriver driver, ConnectionSettings settings) {
        return new PgBouncerConsole(driver.vertx(), settings.database(DATABASE).timeZone(null));
    }

    /**
     * Runs one command.
     *
     * @param command such as {@code SHOW DATABASES}
     * @return the rows; empty for a command that returns none. Each row maps columns, in their order, to values as text; NULL is the empty
     *     text. Fails with the errors of {@link VertxDriver#connect}, or with {@link io.headgate.core.error.DatabaseException} when the
     *     console refuses the command
     */
    public Mono<List<Map<String, String>>> run(String command) {
        return ConnectAttempt.of(settings, credentials -> {
            settings.refuseNettyOnlySettings("vertx");
            return new HostAddresses(vertx, InetAddress::getAllByName)
                    .of(settings)
                    .flatMap(found -> ConnectAttempt.each(
                            found, settings.connectTimeout(), settings, address -> run(command, address, credentials)));
        });
    }

    private Mono<List<Map<String, String>>> run(String command, SocketAddress address, Credentials credentials) {
        return Mono.create(sink -> {
            SingleConnection socket = new SingleConnection(vertx, settings, address, credentials);
            sink.onDispose(socket::close);
            socket.open()
                    .onComplete(
                            connection -> {
                                connection.exceptionHandler(
                                        error -> logger.debug("console of {}: {}", settings.node(), error));
                                connection
                                        .query(command)
                                        .execute()
                                        .map(PgBouncerConsole::texts)
                                        .onComplete(
                                                sink::success,
                                                error -> sink.error(VertxErrors.ofStatement(
                                                        error, settings.node(), command, null, Effect.ATOMIC)));
                            },
                            error -> sink.error(refused(error, credentials)));
        });
    }

    private HeadgateException refused(Throwable error, Credentials credentials) {
        if (error instanceof PgException pg && NOT_ALLOWED.equals(pg.getErrorMessage())) {
            return new ConfigurationException(
                    settings.node() + " does not let user \"" + credentials.user()
                            + "\" use its console; name the user in PgBouncer's admin_users or stats_users",
                    error);
        }
        return VertxErrors.ofConnect(error, settings, credentials);
    }

    private static List<Map<String, String>> texts(RowSet<Row> rows) {
        List<Map<String, String>> texts = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Map<String, String> text = new LinkedHashMap<>();
            for (int i = 0; i < row.size(); i++) {
                Object value = row.getValue(i);
                text.put(row.getColumnName(i), value == null ? "" : value.toString());
            }
            texts.add(text);
        }
        return texts;
    }

    @Override
    public String toString() {
        return "PgBouncerConsole[" + settings.node() + "]";
    }
}
