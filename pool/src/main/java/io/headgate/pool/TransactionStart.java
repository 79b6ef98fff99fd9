package io.headgate.pool;

import io.headgate.core.TransactionOptions;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The BEGIN of a transaction, which travels with the first statement: one round trip instead of two, and a server
 * connection that is not held while the work has yet to ask anything. Work that asks nothing begins nothing.
 *
 * <p>Both are sent in order and answered in order, so when the statement's answer comes, that of BEGIN is known. Should
 * BEGIN have failed, the statement was a transaction of its own, or failed too; the work is told that nothing has begun.
 * Safe for use by many threads: a statement of another thread does not overtake BEGIN.
 */
final class TransactionStart {

    private final Lease lease;
    private final TransactionOptions options;
    private volatile boolean sent;
    private volatile boolean confirmed;
    private volatile @Nullable Throwable failure;

    TransactionStart(Lease lease, TransactionOptions options) {
        this.lease = lease;
        this.options = options;
    }

    /** Whether there is something to commit or roll back. */
    boolean isOpen() {
        return sent && failure == null;
    }

    <T> Mono<T> before(Mono<T> statement) {
        return Mono.defer(() -> confirmed ? statement : Mono.fromDirect(begun(statement)));
    }

    <T> Flux<T> before(Flux<T> statement) {
        return Flux.defer(() -> confirmed ? statement : begun(statement));
    }

    private <T> Publisher<T> begun(Publisher<T> statement) {
        send();
        Throwable known = failure;
        if (known != null) {
            return Flux.error(known);
        }
        return Flux.from(statement).onErrorMap(this::first).handle((value, sink) -> {
            Throwable failed = failure;
            if (failed == null) {
                sink.next(value);
            } else {
                sink.error(new TransactionNotBegunException(failed));
            }
        });
    }

    private Throwable first(Throwable error) {
        Throwable failed = failure;
        return failed == null ? error : failed;
    }

    private void send() {
        if (sent) {
            return;
        }
        // held while BEGIN is handed to the connection, which does not wait for anything
        synchronized (this) {
            if (!sent) {
                lease.begin(options).subscribe(nothing -> {}, error -> failure = error, () -> confirmed = true);
                sent = true;
            }
        }
    }
}
