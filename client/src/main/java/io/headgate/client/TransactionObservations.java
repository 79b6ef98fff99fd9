package io.headgate.client;

import io.headgate.core.ForwardingExecutor;
import io.headgate.core.ForwardingSession;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/**
 * Reports transactions to the listener. Statements in a transaction get the listener's Context, which identifies the
 * transaction, and the observation itself: statements over R2DBC are subscribed to elsewhere and put their own Context into it.
 */
final class TransactionObservations extends ForwardingExecutor {

    private final DataAccessListener listener;

    TransactionObservations(SqlExecutor next, DataAccessListener listener) {
        super(next);
        this.listener = listener;
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return followed(next().inTransaction(options, work));
    }

    @Override
    protected SqlSession around(SqlSession session) {
        return new InSession(session);
    }

    private <T> Flux<T> followed(Flux<T> transaction) {
        return Flux.deferContextual(context -> {
            Observation observation = listener.started(Operation.transaction(), context);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            return transaction
                    .contextWrite(caller -> observation.within(caller).put(Observation.class, observation))
                    .doOnError(failure::set)
                    .doFinally(end -> {
                        Throwable error = failure.get();
                        // a requested rollback, over R2DBC
                        if (end == SignalType.CANCEL || error instanceof CancellationException) {
                            observation.cancelled();
                        } else {
                            observation.ended(error);
                        }
                    });
        });
    }

    private final class InSession extends ForwardingSession {

        InSession(SqlSession next) {
            super(next);
        }

        @Override
        public <T> Flux<T> inTransaction(
                TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
            return followed(next().inTransaction(options, work));
        }
    }
}
