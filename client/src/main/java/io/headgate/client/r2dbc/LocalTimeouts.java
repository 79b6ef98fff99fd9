package io.headgate.client.r2dbc;

import io.headgate.client.r2dbc.ConnectionDefaults.Timeouts;
import io.headgate.core.SqlStatement;
import io.headgate.core.StatementRunner;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Sets the server's limits for the open transaction. */
final class LocalTimeouts {

    private static final String STATEMENT = "set_config('statement_timeout', $1, true)";
    private static final String LOCK = "set_config('lock_timeout', $1, true)";
    private static final SqlStatement SET_STATEMENT = SqlStatement.of("SELECT " + STATEMENT);
    private static final SqlStatement SET_LOCK = SqlStatement.of("SELECT " + LOCK);
    private static final SqlStatement SET_BOTH =
            SqlStatement.of("SELECT " + STATEMENT + ", " + LOCK.replace("$1", "$2"));

    private LocalTimeouts() {}

    /**
     * Sends the limits on subscription and completes at once. The answer comes before that of the next statement, which fails
     * if this fails. Without limits nothing is sent.
     */
    static Mono<Void> set(StatementRunner transaction, Timeouts timeouts) {
        if (timeouts.isNone()) {
            return Mono.empty();
        }
        SqlStatement statement = statement(timeouts.statement(), timeouts.lock());
        return Mono.deferContextual(context -> {
            transaction.execute(statement).subscribe(result -> {}, error -> {}, () -> {}, Context.of(context));
            return Mono.empty();
        });
    }

    private static SqlStatement statement(@Nullable Duration statement, @Nullable Duration lock) {
        if (statement == null) {
            return SET_LOCK.bind(milliseconds(lock));
        }
        return lock == null
                ? SET_STATEMENT.bind(milliseconds(statement))
                : SET_BOTH.bindAll(milliseconds(statement), milliseconds(lock));
    }

    /** Rounded up: half a millisecond must not become 0, which means no limit. */
    private static String milliseconds(@Nullable Duration timeout) {
        Duration given = timeout == null ? Duration.ZERO : timeout;
        return Long.toString(given.plusNanos(999_999).toMillis());
    }
}
