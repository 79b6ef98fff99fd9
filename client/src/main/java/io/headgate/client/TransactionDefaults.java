package io.headgate.client;

import io.headgate.core.ForwardingExecutor;
import io.headgate.core.ForwardingSession;
import io.headgate.core.ForwardingTransaction;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.StatementOptions;
import io.headgate.core.TransactionOptions;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Applies the options of a transaction to its statements, unless a statement has its own. */
final class TransactionDefaults extends ForwardingExecutor {

    TransactionDefaults(SqlExecutor next) {
        super(next);
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return next().inTransaction(options, withDefaults(options, work));
    }

    @Override
    protected SqlSession around(SqlSession session) {
        return new InSession(session);
    }

    private static <T> Function<SqlTransaction, Publisher<T>> withDefaults(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        StatementOptions defaults = options.ofStatements();
        return defaults.equals(StatementOptions.none())
                ? work::apply
                : transaction -> work.apply(new InTransaction(transaction, defaults));
    }

    private static final class InSession extends ForwardingSession {

        InSession(SqlSession next) {
            super(next);
        }

        @Override
        public <T> Flux<T> inTransaction(
                TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
            return next().inTransaction(options, withDefaults(options, work));
        }
    }

    private static final class InTransaction extends ForwardingTransaction {

        private final StatementOptions defaults;

        InTransaction(SqlTransaction next, StatementOptions defaults) {
            super(next);
            this.defaults = defaults;
        }

        @Override
        protected SqlTransaction around(SqlTransaction savepoint) {
            return new InTransaction(savepoint, defaults);
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return next().execute(withDefaults(statement));
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return next().stream(withDefaults(query));
        }

        private SqlStatement withDefaults(SqlStatement statement) {
            return statement.with(own -> own.orElse(defaults));
        }
    }
}
