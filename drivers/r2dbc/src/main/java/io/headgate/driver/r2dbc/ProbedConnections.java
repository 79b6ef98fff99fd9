package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.support.ConnectAttempt;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.topology.Node;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Opens the connections of the R2DBC Pool: requests credentials, logs in, and probes the server. If prepared statements do not survive
 * behind a pooler, it opens another connection that sends unnamed ones.
 *
 * <p>Cancelling closes the socket that is being opened. Safe for use by many threads.
 */
final class ProbedConnections implements ConnectionFactory {

    private static final Logger logger = LoggerFactory.getLogger(ProbedConnections.class);

    /** After this time named statements are tried again: the pooler may have been upgraded, and one extra connection costs little. */
    private static final Duration RETRY_NAMED = Duration.ofMinutes(5);

    /** Reactor's Context key of the hook for errors after the terminal signal. Without a hook Reactor logs each one with its stack. */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private final Consumer<Throwable> dropped;
    private final ConnectionSettings settings;
    private final LoopResources loops;
    private final InstantSource clock;
    private final Map<Connection, PhysicalConnection> open = new ConcurrentHashMap<>();
    private final Map<Node, Instant> unnamedUntil;

    /** @param unnamedUntil until when a node is assumed to keep no prepared statements; shared by all connections of the driver */
    ProbedConnections(
            ConnectionSettings settings, LoopResources loops, InstantSource clock, Map<Node, Instant> unnamedUntil) {
        this.settings = settings;
        // the socket of a cancelled attempt is closed, so its errors do not matter
        this.dropped =
                error -> logger.debug("{}: error after a cancelled attempt: {}", settings.node(), error.toString());
        this.loops = loops;
        this.clock = clock;
        this.unnamedUntil = unnamedUntil;
    }

    @Override
    public Mono<Connection> create() {
        return ConnectAttempt.<PhysicalConnection>of(settings, credentials -> {
                    boolean keepStatements =
                            !clock.instant().isBefore(unnamedUntil.getOrDefault(settings.node(), Instant.MIN));
                    return open(credentials, keepStatements)
                            .flatMap(first -> first.server().namedStatements() == keepStatements
                                    ? Mono.just(first)
                                    : reopen(first, credentials));
                })
                .map(this::remember)
                .contextWrite(context -> context.put(ON_ERROR_DROPPED, dropped));
    }

    /** Opens a second connection with the other way of sending statements. */
    private Mono<PhysicalConnection> reopen(PhysicalConnection first, Credentials credentials) {
        boolean survive = first.server().namedStatements();
        unnamedUntil.put(
                settings.node(), survive ? Instant.MIN : clock.instant().plus(RETRY_NAMED));
        logger.info(
                "{}: prepared statements {} behind this pooler",
                settings.node(),
                survive ? "survive" : "do not survive");
        first.exchange().tap().abort();
        return open(credentials, survive);
    }

    private Mono<PhysicalConnection> open(Credentials credentials, boolean keepStatements) {
        return Mono.defer(() -> {
            NoticeLog notices = new NoticeLog(settings.node());
            TappedLoops tapped = new TappedLoops(
                    loops,
                    notice -> notices.write(
                            notice.error().severity(),
                            notice.error().sqlState(),
                            notice.error().message()),
                    settings.timeZone());
            return new PostgresqlConnectionFactory(
                            ConnectionConfiguration.of(settings, credentials, keepStatements, tapped))
                    .create()
                    .flatMap(connection -> {
                        tapped.established();
                        WireExchange exchange = new WireExchange(connection, tapped.tap());
                        return ServerProbe.probe(exchange, keepStatements)
                                .map(server -> new PhysicalConnection(exchange, tapped, server));
                    })
                    .doOnError(error -> tapped.tap().abort())
                    .doOnCancel(() -> tapped.tap().abort())
                    .onErrorMap(
                            error -> DriverErrors.ofConnect(error, tapped.tap().lastError(), settings, credentials));
        });
    }

    private Connection remember(PhysicalConnection physical) {
        Connection connection = physical.exchange().connection();
        WireTap tap = physical.exchange().tap();
        open.put(connection, physical);
        tap.closed().subscribe(nothing -> {}, error -> {}, () -> open.remove(connection));
        return connection;
    }

    /** The properties of a connection that was opened here; null if it has been closed. */
    @Nullable
    PhysicalConnection of(Connection connection) {
        return open.get(connection);
    }

    /** Closes the sockets of open connections. */
    void abort() {
        open.values().forEach(physical -> physical.exchange().tap().abort());
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> settings.toString();
    }
}
