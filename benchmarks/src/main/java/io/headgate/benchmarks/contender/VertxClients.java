package io.headgate.benchmarks.contender;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The common setup of both Vert.x contenders: one event loop for each core, with the callers spread over them. The pool prefers
 * a connection on the caller's loop, so it rarely changes threads.
 */
final class VertxClients {

    private final Vertx vertx;
    private final List<? extends Context> contexts;
    private final AtomicInteger next = new AtomicInteger();

    VertxClients() {
        int cores = Runtime.getRuntime().availableProcessors();
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(cores).setPreferNativeTransport(true));
        contexts = IntStream.range(0, cores)
                .mapToObj(core -> ((VertxInternal) vertx).createEventLoopContext())
                .toList();
    }

    static PgConnectOptions connectOptions(Target target) {
        return new PgConnectOptions()
                .setHost(target.host())
                .setPort(target.port())
                .setDatabase(target.database())
                .setUser(target.user())
                .setPassword(target.password())
                .setSslMode(SslMode.DISABLE)
                .setCachePreparedStatements(true);
    }

    Vertx vertx() {
        return vertx;
    }

    void launch(Runnable loop) {
        contexts.get(Math.floorMod(next.getAndIncrement(), contexts.size())).runOnContext(nothing -> loop.run());
    }

    void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
