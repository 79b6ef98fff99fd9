package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.error.ConnectFailedException;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Looks up all addresses of a host by Vert.x's resolver, which blocks no thread and heeds how long a name's addresses hold.
 * In the resolver's order.
 */
final class HostAddresses {

    private final VertxInternal vertx;

    HostAddresses(VertxInternal vertx) {
        this.vertx = vertx;
    }

    /** The addresses, one at least; {@link ConnectFailedException} when the host is not known. */
    Mono<List<SocketAddress>> of(ConnectionSettings settings) {
        return Mono.create(sink -> vertx.nameResolver().resolveAll(settings.host(), found -> {
            if (found.failed()) {
                sink.error(ConnectErrors.unknownHost(settings, found.cause()));
                return;
            }
            try {
                List<SocketAddress> addresses = new ArrayList<>();
                for (InetSocketAddress each : found.result()) {
                    addresses.add(named(settings, each.getAddress()));
                }
                sink.success(addresses);
            } catch (UnknownHostException e) {
                sink.error(ConnectErrors.unknownHost(settings, e));
            }
        }));
    }

    /** With the host's name, which TLS checks and some proxies go by. */
    private static SocketAddress named(ConnectionSettings settings, InetAddress address) throws UnknownHostException {
        return SocketAddress.inetSocketAddress(new InetSocketAddress(
                InetAddress.getByAddress(settings.host(), address.getAddress()), settings.port()));
    }
}
