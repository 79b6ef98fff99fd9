package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.error.ConnectFailedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Asks whether a node answers. Those who ask at the same time share one question. Safe for use by many threads. */
final class NodeProbes {

    /** With the bound of {@link Silence} a dead connection has ended within 15 seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private final Map<String, Mono<Void>> underWay = new ConcurrentHashMap<>();

    /**
     * A question at each subscription, or the one that is under way.
     *
     * @param connect opens a connection
     * @return completes when the node answered, if only by a refusal; fails when it did not
     */
    Mono<Void> ask(ConnectionSettings settings, Supplier<Mono<NettyConnection>> connect) {
        String node = settings.node();
        return Mono.defer(() -> underWay.computeIfAbsent(
                node,
                key -> connect.get()
                        .timeout(LIMIT, Mono.error(() -> ConnectErrors.timedOut(settings)))
                        .flatMap(NettyConnection::close)
                        .onErrorResume(
                                error -> error instanceof ConnectFailedException ? Mono.error(error) : Mono.empty())
                        .doFinally(end -> underWay.remove(node))
                        .cache()));
    }
}
