package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.TransactionEndedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection lent to one borrower. Everything the borrower does goes through the lease's gate, so nothing reaches the
 * connection once it has been given back; only the work of a transaction can outlive its lease and meet that.
 */
final class Lease {

    private final DriverConnection connection;
    private final UseGate gate = new UseGate();
    private volatile @Nullable String lastStatement;

    Lease(DriverConnection connection) {
        this.connection = connection;
    }

    Mono<SqlResult> execute(SqlStatement statement) {
        lastStatement = statement.text();
        return guard(connection.execute(statement));
    }

    Flux<SqlRow> stream(SqlStatement query) {
        lastStatement = query.text();
        return gate.guard(connection.stream(query), TransactionEndedException::new);
    }

    Mono<Void> begin(TransactionOptions options) {
        return guard(connection.begin(options));
    }

    Mono<Void> commit() {
        return guard(connection.commit());
    }

    Mono<Void> rollback() {
        return guard(connection.rollback());
    }

    private <T> Mono<T> guard(Mono<T> source) {
        return gate.guard(source, TransactionEndedException::new);
    }

    UseGate gate() {
        return gate;
    }

    DriverConnection connection() {
        return connection;
    }

    @Nullable
    String lastStatement() {
        return lastStatement;
    }
}
