package io.headgate.core.observe;

import io.headgate.core.topology.Node;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What happened to a statement, a stream or a transaction: its nodes, its number of operations and its waiting time. Only {@link
 * #collect} creates receipts; other statements have no cost.
 *
 * <pre>{@code
 * Mono<Track> track = Receipt.collect(db.sql("SELECT ...").as(Track.class).one(), receipt -> log.info("{}", receipt));
 * }</pre>
 *
 * <p>The receipt of a transaction or of any other publisher covers all statements subscribed to with its Context. Immutable.
 */
public final class Receipt {

    private final List<Node> nodes;
    private final int operations;
    private final Duration waited;

    Receipt(List<Node> nodes, int operations, Duration waited) {
        this.nodes = nodes;
        this.operations = operations;
        this.waited = waited;
    }

    /**
     * Passes a source on and creates its receipt when it ends or is cancelled. The taker runs before the caller receives the end.
     *
     * @param taker called once per subscription, on the thread of the end; it must not block
     */
    public static <T> Mono<T> collect(Mono<T> source, Consumer<? super Receipt> taker) {
        return Mono.defer(() -> {
            ReceiptCollector collector = new ReceiptCollector();
            return source.contextWrite(collector::within)
                    .doOnTerminate(() -> taker.accept(collector.receipt()))
                    .doOnCancel(() -> taker.accept(collector.receipt()));
        });
    }

    /** As {@link #collect(Mono, Consumer)}. */
    public static <T> Flux<T> collect(Flux<T> source, Consumer<? super Receipt> taker) {
        return Flux.defer(() -> {
            ReceiptCollector collector = new ReceiptCollector();
            return source.contextWrite(collector::within)
                    .doOnTerminate(() -> taker.accept(collector.receipt()))
                    .doOnCancel(() -> taker.accept(collector.receipt()));
        });
    }

    /** The nodes whose connections were used, in the order of their first use; empty if nothing was sent. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The number of statements, streams and COPYs given to a connection. A statement that a layer repeats counts each time. */
    public int operations() {
        return operations;
    }

    /** The sum of all waits for connections. */
    public Duration waited() {
        return waited;
    }

    @Override
    public String toString() {
        return "Receipt[nodes=" + nodes + ", operations=" + operations + ", waited=" + waited + "]";
    }
}
