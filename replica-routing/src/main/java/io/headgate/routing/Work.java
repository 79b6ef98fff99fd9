package io.headgate.routing;

import io.headgate.core.SqlExecutor;
import io.headgate.core.topology.Lsn;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** What a caller wants to have run, for one subscription. */
final class Work<T> {

    private final BiFunction<SqlExecutor, Runnable, ? extends Publisher<T>> on;
    private final @Nullable BiFunction<SqlExecutor, Lsn, Mono<T>> ifReplayed;
    private volatile boolean begun;

    /**
     * @param on runs it on a node. It calls its second argument before it calls the caller's code
     * @param ifReplayed runs it on a replica and asks what the replica has replayed, in one packet; without a value if that is behind a
     *     position. Null if it has to be asked before
     */
    Work(
            BiFunction<SqlExecutor, Runnable, ? extends Publisher<T>> on,
            @Nullable BiFunction<SqlExecutor, Lsn, Mono<T>> ifReplayed) {
        this.on = on;
        this.ifReplayed = ifReplayed;
    }

    /** Work that is asked about before. */
    static <T> Work<T> of(BiFunction<SqlExecutor, Runnable, ? extends Publisher<T>> on) {
        return new Work<>(on, null);
    }

    Publisher<T> on(SqlExecutor node) {
        return on.apply(node, this::begin);
    }

    @Nullable
    BiFunction<SqlExecutor, Lsn, Mono<T>> ifReplayed() {
        return ifReplayed;
    }

    /** The caller has received a value, or its code was called: it must not run a second time. */
    void begin() {
        begun = true;
    }

    boolean isBegun() {
        return begun;
    }
}
