package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.error.ConnectFailedException;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import reactor.core.publisher.Mono;

/** Looks up all addresses of a host, by Java's resolver on one of Vert.x's worker threads. In the resolver's order. */
final class HostAddresses {

    private final Vertx vertx;
    private final Lookup lookup;

    /** Finds the addresses of a host; may block. */
    interface Lookup {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    HostAddresses(Vertx vertx, Lookup lookup) {
        this.vertx = vertx;
        this.lookup = lookup;
    }

    /** The addresses, one at least, each with the host's name, which TLS checks; {@link ConnectFailedException} if it has none. */
    Mono<List<SocketAddress>> of(ConnectionSettings settings) {
        return Mono.create(sink -> vertx.executeBlocking(() -> lookup.all(settings.host()), false)
                .map(found -> Arrays.stream(found)
                        .map(address ->
                                SocketAddress.inetSocketAddress(new InetSocketAddress(address, settings.port())))
                        .toList())
                .onComplete(sink::success, error -> sink.error(ConnectErrors.unknownHost(settings, error))));
    }
}
