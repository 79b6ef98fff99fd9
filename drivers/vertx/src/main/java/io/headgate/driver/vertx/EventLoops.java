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
 * The event loops that connections are given, round robin: a pool that refills itself from an event loop does not gather on that
 * one. Each is the context of a verticle, which is how Vert.x gives out its loops. Safe for use by many threads.
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

    /** The loop of the next connection. */
    Mono<Context> next() {
        return Mono.create(sink -> deployed.onComplete(
                id -> sink.success(contexts.get(Math.floorMod(next.getAndIncrement(), contexts.size()))), sink::error));
    }

    /** Whether the calling thread is one of these loops. */
    boolean isOnOne() {
        return threads.contains(Thread.currentThread());
    }

    /** Gives the loops back, after everything that runs on them was closed. */
    Mono<Void> close() {
        return Mono.create(sink -> deployed.compose(vertx::undeploy).onComplete(done -> sink.success()));
    }
}
