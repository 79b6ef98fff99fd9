package io.headgate.pool.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.Notification;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a session connection does after a transaction on it has ended, and beside it. */
class SessionStreamsTest {

    private final FakeConnection connection = new FakeConnection(true, false) {
        @Override
        public Flux<Notification> notifications() {
            return Flux.never();
        }
    };
    private final SessionConnections sessions = SessionConnections.create(
            Node.of("db", 5432),
            Mono.just(connection),
            2,
            PoolOptions.defaults(),
            DataAccessListener.NONE,
            VirtualTimeScheduler.create());

    @Test
    void aSessionReadsOneStreamAfterAnother() {
        Signals<?> caller = Signals.of(sessions.use(session ->
                session.stream(SqlStatement.of("first")).thenMany(session.stream(SqlStatement.of("second")))));
        assertThat(caller.completed()).isTrue();
    }

    @Test
    void aSessionListensOnWhenATransactionEnds() {
        List<Throwable> errors = new ArrayList<>();
        Signals<SqlResult> caller = Signals.of(sessions.use(session -> {
            session.listen("a").subscribe(heard -> {}, errors::add);
            return session.inTransaction(TransactionOptions.defaults(), tx -> tx.execute(SqlStatement.of("work")))
                    .then(Mono.<SqlResult>never());
        }));
        assertThat(connection.log()).contains("COMMIT");
        assertThat(errors).isEmpty();
        assertThat(caller.ended()).isFalse();
    }
}
