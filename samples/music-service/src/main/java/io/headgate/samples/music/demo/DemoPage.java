package io.headgate.samples.music.demo;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What the page asks the demo for: live figures, and a PgBouncer that is killed and started again. A service that runs by itself has
 * neither. The second is for this machine alone, and not for pages of other sites that a browser on it shows.
 */
final class DemoPage {

    private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "[::1]");

    private final AtomicBoolean restarting = new AtomicBoolean();
    private volatile List<Side> sides = List.of();
    private volatile String phase = "starting";

    void show(List<Side> all) {
        sides = List.copyOf(all);
    }

    void phase(String now) {
        phase = now;
    }

    void addTo(GenericApplicationContext service) {
        service.registerBean("demoPage", RouterFunction.class, this::routes);
    }

    private RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/demo/state", request -> ServerResponse.ok().bodyValue(LiveView.of(phase, sides)))
                .POST("/demo/pooler/restart", this::restart)
                .build();
    }

    /** Answers when the poolers of both sides are back. */
    private Mono<ServerResponse> restart(ServerRequest request) {
        if (!isFromHere(request)) {
            return ServerResponse.status(HttpStatus.FORBIDDEN).build();
        }
        if (!restarting.compareAndSet(false, true)) {
            return ServerResponse.status(HttpStatus.CONFLICT).build();
        }
        return Flux.fromIterable(sides)
                .flatMap(
                        side -> Mono.fromRunnable(side.pooler()::killAndStart).subscribeOn(Schedulers.boundedElastic()))
                .then(ServerResponse.noContent().build())
                .doFinally(signal -> restarting.set(false));
    }

    private static boolean isFromHere(ServerRequest request) {
        InetSocketAddress client = request.remoteAddress().orElse(null);
        InetSocketAddress host = request.headers().host();
        String origin = request.headers().firstHeader(HttpHeaders.ORIGIN);
        return client != null
                && client.getAddress() != null
                && client.getAddress().isLoopbackAddress()
                && host != null
                && LOCAL.contains(host.getHostString())
                && (origin == null
                        || origin.equals("http://" + request.headers().firstHeader(HttpHeaders.HOST)));
    }
}
