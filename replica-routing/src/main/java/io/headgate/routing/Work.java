package io.headgate.routing;

import io.headgate.core.SqlExecutor;
import io.headgate.core.topology.Lsn;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** What a caller wants to have run, for one subscription. */
final class Work<T> {

    private final BiFunction<SqlExecutor, Runnable, ? extends Publisher<T>> on;
    private final @Nullable BiFunction<SqlExecutor, Lsn, Mono<T>> ifReplayed;
    private final boolean isStatement;
    private boolean seemsToRead;
    private BooleanSupplier mayWriteAfterAll = () -> false;
    private volatile boolean begun;

    /**
     * @param on runs it on a node. It calls its second argument before it calls the caller's code
     * @param ifReplayed runs it on a replica and asks what the replica has replayed, in one packet; without a value if that is behind a
     *     position. Null if it has to be asked before
     * @param isStatement whether it takes the node's time only, and none of the caller's
     */
    private Work(
            BiFunction<SqlExecutor, Runnable, ? extends Publisher<T>> on,
            @Nullable BiFunction<SqlExecutor, Lsn, Mono<T>> ifReplayed,
            boolean isStatement) {
        this.on = on;
        this.ifReplayed = ifReplayed;
        this.isStatement = isStatement;
    }

    /** A statement, or several that are sent together. Runs none of the caller's code. */
    static <T> Work<T> statement(
            Function<SqlExecutor, ? extends Publisher<T>> on,
            @Nullable BiFunction<SqlExecutor, Lsn, Mono<T>> ifReplayed) {
        return new Work<>((node, begin) -> on.apply(node), ifReplayed, true);
    }

    /** Work that lasts as long as the caller's own code, or its wish for more rows. */
    static <T> Work<T> lasting(BiFunction<SqlExecutor, Runnable, ? extends Publisher<T>> on) {
        return new Work<>(on, null, false);
    }

    /**
     * Its text shows no write, so a driver that loses it says that it took no effect.
     *
     * @param mayWrite whether it may write nevertheless, as far as is known when it is called
     */
    Work<T> seemsToRead(boolean byItsText, BooleanSupplier mayWrite) {
        seemsToRead = byItsText;
        mayWriteAfterAll = mayWrite;
        return this;
    }

    /** Whether it may write though its text does not show it. */
    boolean mayWriteAfterAll() {
        return seemsToRead && mayWriteAfterAll.getAsBoolean();
    }

    boolean seemsToRead() {
        return seemsToRead;
    }

    boolean isStatement() {
        return isStatement;
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
