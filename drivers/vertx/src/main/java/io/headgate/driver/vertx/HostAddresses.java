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

/** Resolves all addresses of a host with Java's resolver, on a worker thread of Vert.x. Keeps the resolver's order. */
final class HostAddresses {

    private final Vertx vertx;
    private final Lookup lookup;

    /** Resolves a host; may block. */
    interface Lookup {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    HostAddresses(Vertx vertx, Lookup lookup) {
        this.vertx = vertx;
        this.lookup = lookup;
    }

    /** The addresses, each with the host's name, which TLS checks. Fails with {@link ConnectFailedException} if there are none. */
    Mono<List<SocketAddress>> of(ConnectionSettings settings) {
        return Mono.create(sink -> vertx.executeBlocking(() -> lookup.all(settings.host()), false)
                .map(found -> Arrays.stream(found)
                        .map(address ->
                                SocketAddress.inetSocketAddress(new InetSocketAddress(address, settings.port())))
                        .toList())
                .onComplete(sink::success, error -> sink.error(ConnectErrors.unknownHost(settings, error))));
    }
}
