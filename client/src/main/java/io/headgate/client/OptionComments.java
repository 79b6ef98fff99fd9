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
import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.TextCache;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads options of statements from a comment at the very start of their text. Nowhere else in it: the rest of a text may hold what a
 * user typed. What the statement says by itself takes precedence.
 */
final class OptionComments extends ForwardingExecutor {

    private final TextCache<OptionComment> comments = new TextCache<>(OptionComment::read);

    OptionComments(SqlExecutor next) {
        super(next);
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.defer(() -> next().execute(read(statement)));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return Flux.defer(() -> next().stream(read(query)));
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        return atomically(statements, next());
    }

    @Override
    protected SqlTransaction around(SqlTransaction transaction) {
        return new InTransaction(transaction);
    }

    @Override
    protected SqlSession around(SqlSession session) {
        return new InSession(session);
    }

    private Mono<List<SqlResult>> atomically(List<SqlStatement> statements, SqlExecutor executor) {
        List<SqlStatement> all = List.copyOf(statements);
        return Mono.defer(() -> {
            List<SqlStatement> known = new ArrayList<>(all.size());
            all.forEach(each -> known.add(read(each)));
            return executor.atomically(known);
        });
    }

    /** @throws ParameterException if the comment is malformed */
    private SqlStatement read(SqlStatement statement) {
        return OptionComment.isAtStartOf(statement.text())
                ? comments.of(statement.text()).applyTo(statement)
                : statement;
    }

    private final class InSession extends ForwardingSession {

        InSession(SqlSession next) {
            super(next);
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return Mono.defer(() -> next().execute(read(statement)));
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return Flux.defer(() -> next().stream(read(query)));
        }

        @Override
        public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
            return OptionComments.this.atomically(statements, next());
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
            return Mono.defer(() -> next().execute(read(statement)));
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return Flux.defer(() -> next().stream(read(query)));
        }
    }
}
