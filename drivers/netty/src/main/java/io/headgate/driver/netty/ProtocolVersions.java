package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.LoginSettings.ProtocolVersion;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Chooses the protocol version to request from a node. A server answers a version newer than its own with an older one, within the same
 * login. A peer that is too old for that ends the connection. Then another connection requests 3.0. If that succeeds, all connections to
 * the node request 3.0 for an hour. Safe for use by many threads.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol.html#PROTOCOL-VERSIONS">PostgreSQL, Protocol Versions</a>
 */
final class ProtocolVersions {

    /** One extra connection an hour costs little, and an upgraded node is detected within an hour. */
    private static final Duration MEMORY = Duration.ofHours(1);

    private static final Logger logger = LoggerFactory.getLogger(ProtocolVersions.class);

    private final InstantSource clock;
    private final Map<Node, Instant> oldUntil = new ConcurrentHashMap<>();

    ProtocolVersions(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Opens a connection; requests 3.0 if the node refuses the version of the settings.
     *
     * @param attempt opens a connection with a version; fails with {@link Refused} if that version is refused
     */
    <T> Mono<T> connect(ConnectionSettings settings, Function<ProtocolVersion, Mono<T>> attempt) {
        return Mono.defer(() -> {
            ProtocolVersion newest = settings.login().maxProtocolVersion();
            boolean old = clock.instant().isBefore(oldUntil.getOrDefault(settings.node(), Instant.MIN));
            if (old || newest == ProtocolVersion.V3_0) {
                return attempt.apply(ProtocolVersion.V3_0);
            }
            return attempt.apply(newest)
                    .onErrorResume(
                            Refused.class,
                            refused -> attempt.apply(ProtocolVersion.V3_0).doOnNext(connected -> remember(settings)));
        });
    }

    private void remember(ConnectionSettings settings) {
        if (oldUntil.put(settings.node(), clock.instant().plus(MEMORY)) == null) {
            logger.info(
                    "{} refuses protocol {}; connections use 3.0 for an hour",
                    settings.node(),
                    settings.login().maxProtocolVersion().parameter());
        }
    }

    /** Whether an error refuses the version: PostgreSQL reports an unsupported feature, PgBouncer before 1.20 an unknown packet. */
    static boolean isRefusal(ServerError error) {
        return error.sqlState().equals("0A000")
                || (error.sqlState().equals("08P01")
                        && (error.message().contains("packet")
                                || error.message().contains("protocol")));
    }

    /** The node has refused the version, and has ended the connection. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        Refused() {
            super("the protocol version is refused", null, false, false);
        }
    }
}
