package io.headgate.core.observe;

import io.headgate.core.topology.Node;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What happened to a statement, a stream or a transaction on its way: which nodes it ran on, how often, how long it waited. Made for those
 * who ask; others pay nothing for it.
 *
 * <pre>{@code
 * Mono<Track> track = Receipt.collect(db.sql("SELECT ...").as(Track.class).one(), receipt -> log.info("{}", receipt));
 * }</pre>
 *
 * <p>A receipt of a transaction, or of any other publisher, is of all statements that are subscribed to with its Context. Immutable.
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
     * Passes a source on, and gives the receipt when it ends, before the caller gets the end; also when it is cancelled.
     *
     * @param taker called once a subscription, on the thread of the end; it must not block
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

    /** The nodes whose connections were used, in the order of their first use; empty when nothing was sent. */
    public List<Node> nodes() {
        return nodes;
    }

    /** How many statements, streams and COPYs were handed to a connection; one that was repeated by a layer counts each time. */
    public int operations() {
        return operations;
    }

    /** How long it waited for connections, all waits together. */
    public Duration waited() {
        return waited;
    }

    @Override
    public String toString() {
        return "Receipt[nodes=" + nodes + ", operations=" + operations + ", waited=" + waited + "]";
    }
}
