package io.headgate.client;

import io.headgate.core.ForwardingExecutor;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlTransaction;
import io.headgate.core.StatementOptions;
import io.headgate.core.TransactionOptions;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Puts what a transaction says about its statements into their Context, where the layers below look for it. */
final class TransactionContext extends ForwardingExecutor {

    TransactionContext(SqlExecutor next) {
        super(next);
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        StatementOptions ofStatements = options.ofStatements();
        Flux<T> results = next().inTransaction(options, work);
        return ofStatements.equals(StatementOptions.none())
                ? results
                : results.contextWrite(StatementOptions.inContext(ofStatements::orElse));
    }
}
