package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.CopyConnection;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** For how long no statement has run on a lease, so that its user may be waiting for something else. */
class LeaseIdleTest {

    // a clock may begin anywhere
    private long now = -50;
    private final Copying connection = new Copying();
    private final Lease lease = new Lease(connection, () -> {}, thrown -> {});

    @Test
    void countsFromTheFirstLook() {
        assertIdleFor(0);
        now += 30;
        assertIdleFor(30);
        now += 30;
        assertIdleFor(60);
    }

    @Test
    void aStatementThatRunsIsNotIdle() {
        assertIdleFor(0);
        Signals.of(lease.execute(SqlStatement.of("UPDATE")));
        for (int looks = 0; looks < 3; looks++) {
            now += 30;
            assertBusy();
        }
        connection.answer();
        now += 30;
        assertIdleFor(0);
        now += 30;
        assertIdleFor(30);
    }

    /** Otherwise one that asks for short statements all the time would be taken for idle. */
    @Test
    void aStatementBetweenTwoLooksCounts() {
        assertIdleFor(0);
        Signals.of(lease.execute(SqlStatement.of("UPDATE")));
        connection.answer();
        now += 30;
        assertIdleFor(0);
        now += 30;
        assertIdleFor(30);
    }

    @Test
    void aStatementThatFailedRunsNoMore() {
        Signals.of(lease.execute(SqlStatement.of("UPDATE")));
        assertBusy();
        connection.fail(LaneFixture.cancelled());
        now += 30;
        assertIdleFor(0);
    }

    @Test
    void aStatementThatNobodyAskedForDoesNotRun() {
        assertIdleFor(0);
        lease.execute(SqlStatement.of("UPDATE"));
        now += 30;
        assertIdleFor(30);
    }

    @Test
    void theEndOfATransactionIsAStatement() {
        for (Mono<Void> end : List.of(lease.commit(), lease.rollback())) {
            lease.begin(TransactionOptions.defaults());
            Signals.of(lease.execute(SqlStatement.of("UPDATE")));
            connection.answer();
            assertIdleFor(0);
            Signals.of(end);
            now += 30;
            assertBusy();
            connection.answer();
            now += 30;
            assertIdleFor(0);
        }
    }

    /** Its reader may be waiting for a read outside. */
    @Test
    void aStreamIsIdle() {
        assertStaysIdleWith(lease.stream(SqlStatement.of("rows")));
        assertThat(connection.nextIs("rows")).isTrue();
    }

    @Test
    void aCopyIsIdle() {
        assertStaysIdleWith(lease.copyOut("COPY a TO STDOUT"));
        assertStaysIdleWith(lease.copyIn("COPY a FROM STDIN", Flux.never()));
        assertThat(connection.copies).isEqualTo(2);
    }

    private void assertStaysIdleWith(Publisher<?> work) {
        lease.look(now);
        Signals<?> caller = Signals.of(work);
        now += 30;
        lease.look(now);
        assertThat(lease.isIdle(now, 30)).isTrue();
        assertThat(caller.ended()).isFalse();
    }

    private void assertIdleFor(long nanos) {
        lease.look(now);
        assertThat(lease.isIdle(now, nanos)).isTrue();
        assertThat(lease.isIdle(now, nanos + 1)).isFalse();
    }

    private void assertBusy() {
        lease.look(now);
        assertThat(lease.isIdle(now, 0)).isFalse();
    }

    @Test
    void aStatementIsOverdueWhenItTakesLongerThanItsTextDoes() {
        lease.overdueFrom(100);
        Signals.of(lease.execute(SqlStatement.of("SELECT")));
        lease.look(now);
        now += 99;
        lease.look(now);
        assertThat(lease.isOverdue(now)).isFalse();
        now += 1;
        lease.look(now);
        assertThat(lease.isOverdue(now)).isTrue();
        connection.answer();
        assertThat(lease.isOverdue(now)).isFalse();
    }

    @Test
    void aTransactionIsInItHoweverBusyItIs() {
        lease.look(now);
        now += 100;
        assertThat(lease.isInTransactionFor(now, 100)).isFalse();
        lease.begin(TransactionOptions.defaults());
        assertThat(lease.isInTransactionFor(now, 100)).isTrue();
        assertThat(lease.isInTransactionFor(now, 101)).isFalse();
    }

    /** Its copies do not end. */
    private static final class Copying extends FakeConnection implements CopyConnection {

        private int copies;

        Copying() {
            super(false, false);
        }

        @Override
        public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
            return Mono.<Long>never().doFirst(() -> copies++);
        }

        @Override
        public Flux<ByteBuffer> copyOut(String copySql) {
            return Flux.<ByteBuffer>never().doFirst(() -> copies++);
        }
    }
}
