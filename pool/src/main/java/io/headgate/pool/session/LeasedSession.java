package io.headgate.pool.session;

import io.headgate.core.Notification;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.NotificationOverflowException;
import io.headgate.core.error.ParameterException;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.lease.Lease;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A session on a lease. The lease's gate refuses statements after the use has ended. */
final class LeasedSession implements SqlSession {

    private static final TransactionOptions READ_ONLY =
            TransactionOptions.defaults().asReadOnly();

    /** Notifications in the queue; each has less than 8 kB. */
    private static final int MOST_WAITING = 10_000;

    /** NAMEDATALEN less the NUL at its end. */
    private static final int MOST_NAME_BYTES = 63;

    private final Lease lease;
    private final SessionTransactions transactions;

    LeasedSession(Lease lease, PoolOptions options, Scheduler timers) {
        this.lease = lease;
        this.transactions = new SessionTransactions(lease, options, timers);
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return transactions
                .rest()
                .then(Mono.defer(() -> lease.gate().guard(lease.execute(statement), LeasedSession::ended)));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return inTransaction(READ_ONLY, transaction -> transaction.stream(query));
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return lease.gate().guard(transactions.run(options, work), LeasedSession::ended);
    }

    @Override
    public String toString() {
        return "a session connection";
    }

    @Override
    public Flux<Notification> listen(String... channels) {
        Set<String> names = new LinkedHashSet<>(List.of(channels));
        names.forEach(LeasedSession::checkChannel);
        return Flux.defer(() -> {
            Flux<Notification> heard = lease.notifications()
                    .filter(each -> names.contains(each.channel()))
                    .onBackpressureBuffer(MOST_WAITING)
                    .onErrorMap(Exceptions::isOverflow, overflow -> new NotificationOverflowException(MOST_WAITING));
            List<Mono<SqlResult>> asked = names.stream()
                    .map(name -> execute(SqlStatement.of("LISTEN \"" + name.replace("\"", "\"\"") + '"')))
                    .toList();
            // the subscribers are registered first; then all LISTEN statements are sent at once, so that the caller's
            // statements go behind them
            return lease.gate().guard(Flux.merge(heard, Mono.when(asked).thenMany(Flux.empty())), LeasedSession::ended);
        });
    }

    private static void checkChannel(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MOST_NAME_BYTES || name.indexOf('\0') >= 0) {
            throw new ParameterException("the channel's name \"" + name + "\" has " + bytes
                    + " bytes; PostgreSQL takes 1 to " + MOST_NAME_BYTES + ", without NUL");
        }
    }

    private static HeadgateException ended() {
        return new ClosedException("the session connection");
    }
}
