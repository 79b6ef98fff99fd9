package io.headgate.driver.vertx;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * The event loops of connections, assigned round robin, so a pool that opens connections from an event loop does not put all of them on
 * it. Each is the context of a verticle: Vert.x provides its loops this way. Safe for use by many threads.
 */
final class EventLoops {

    private final Vertx vertx;
    private final List<Context> contexts = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Future<String> deployed;
    private final AtomicInteger next = new AtomicInteger();

    EventLoops(Vertx vertx, int count) {
        this.vertx = vertx;
        this.deployed = vertx.deployVerticle(
                () -> context -> {
                    contexts.add(context);
                    threads.add(Thread.currentThread());
                    return Future.succeededFuture();
                },
                new DeploymentOptions().setInstances(count));
    }

    /** The loop for the next connection. */
    Mono<Context> next() {
        return Mono.create(sink -> deployed.onComplete(
                id -> sink.success(contexts.get(Math.floorMod(next.getAndIncrement(), contexts.size()))), sink::error));
    }

    /** Whether the calling thread is one of these loops. */
    boolean isOnLoop() {
        return threads.contains(Thread.currentThread());
    }

    /** Releases the loops. Call it after the connections were closed. */
    Mono<Void> close() {
        return Mono.create(sink -> deployed.compose(vertx::undeploy).onComplete(done -> sink.success()));
    }
}
