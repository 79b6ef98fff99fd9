package io.headgate.routing;

import io.headgate.routing.catalog.ReadCatalog;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads the catalog after a second, every minute, and within a second after this client has changed it. What others change counts a minute
 * later. Until then a replica refuses what writes.
 */
final class CatalogRefresh implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(CatalogRefresh.class);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** The catalog of thousands of functions is read within 50 ms: a thousandth of this. */
    static final int TICKS = 60;

    static final int TICKS_AFTER_FAILURE = 5;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Mono<ReadCatalog> load;
    private final Consumer<ReadCatalog> taker;
    private final Scheduler timers;
    private final Disposable.Swap running = Disposables.swap();
    private volatile boolean changed;

    /** Confined to the ticks, which come one at a time. */
    private int ticksLeft;

    private boolean warned;

    CatalogRefresh(Mono<ReadCatalog> load, Consumer<ReadCatalog> taker, Scheduler timers) {
        this.load = load;
        this.taker = taker;
        this.timers = timers;
    }

    /** Starts it. Called once. */
    void start() {
        running.update(Flux.interval(TICK, timers)
                .onBackpressureDrop()
                .concatMap(tick -> isDue() ? refresh() : Mono.empty(), 1)
                .subscribe());
    }

    /** The catalog has changed. */
    void changed() {
        changed = true;
    }

    private boolean isDue() {
        return changed || --ticksLeft < 0;
    }

    private Mono<Void> refresh() {
        changed = false;
        ticksLeft = TICKS_AFTER_FAILURE;
        return load.timeout(TIMEOUT, timers)
                .doOnNext(this::loaded)
                .doOnError(this::failed)
                .onErrorComplete()
                .then();
    }

    private void loaded(ReadCatalog catalog) {
        ticksLeft = TICKS;
        warned = false;
        taker.accept(catalog);
    }

    private void failed(Throwable error) {
        if (!warned) {
            warned = true;
            logger.warn(
                    "the catalog cannot be read, so reads that call functions other than PostgreSQL's own go to the primary",
                    error);
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        running.dispose();
    }
}
