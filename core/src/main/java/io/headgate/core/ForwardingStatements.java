package io.headgate.core;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A layer that changes every statement before it passes the statement on. That covers statements outside transactions, in
 * transactions and savepoints, on session connections, and each one of an {@code atomically}.
 */
public abstract class ForwardingStatements extends ForwardingExecutor {

    /** @param next runs the changed statements */
    protected ForwardingStatements(SqlExecutor next) {
        super(next);
    }

    /**
     * The statement to pass on. Called once per statement and subscription, on the subscriber's thread. If it throws, the statement is
     * not sent and fails with that error.
     */
    protected abstract SqlStatement change(SqlStatement statement);

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return execute(next(), statement);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return stream(next(), query);
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        return atomically(next(), statements);
    }

    @Override
    protected SqlTransaction around(SqlTransaction transaction) {
        return new InTransaction(transaction);
    }

    @Override
    protected SqlSession around(SqlSession session) {
        return new InSession(session);
    }

    private Mono<SqlResult> execute(StatementRunner runner, SqlStatement statement) {
        return Mono.defer(() -> runner.execute(change(statement)));
    }

    private Flux<SqlRow> stream(StatementRunner runner, SqlStatement query) {
        return Flux.defer(() -> runner.stream(change(query)));
    }

    private Mono<List<SqlResult>> atomically(SqlExecutor executor, List<SqlStatement> statements) {
        List<SqlStatement> all = List.copyOf(statements);
        return Mono.defer(() -> {
            List<SqlStatement> changed = new ArrayList<>(all.size());
            all.forEach(each -> changed.add(change(each)));
            return executor.atomically(changed);
        });
    }

    private final class InSession extends ForwardingSession {

        InSession(SqlSession next) {
            super(next);
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return ForwardingStatements.this.execute(next(), statement);
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return ForwardingStatements.this.stream(next(), query);
        }

        @Override
        public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
            return ForwardingStatements.this.atomically(next(), statements);
        }

        @Override
        protected SqlTransaction around(SqlTransaction transaction) {
            return new InTransaction(transaction);
        }
    }

    private final class InTransaction extends ForwardingTransaction {

        InTransaction(SqlTransaction next) {
            super(next);
        }

        @Override
        protected SqlTransaction around(SqlTransaction savepoint) {
            return new InTransaction(savepoint);
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return ForwardingStatements.this.execute(next(), statement);
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return ForwardingStatements.this.stream(next(), query);
        }
    }
}
