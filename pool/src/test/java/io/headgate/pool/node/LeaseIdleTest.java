package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.CopyConnection;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.Signals;
import io.headgate.pool.lease.CommitListener;
import io.headgate.pool.lease.Lease;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

/** For how long no statement has run on a lease, so that its user may be waiting for something else. */
class LeaseIdleTest {

    // a clock may begin anywhere
    private long now = -50;
    private final Copying connection = new Copying();
    private final Lease lease = new Lease(connection, () -> {}, CommitListener.NONE, thrown -> {});

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

    @Test
    void aCopyOutIsUnderWayWhileItsReaderAsks() {
        assertIdleFor(0);
        Signals.of(lease.copyOut("COPY a TO STDOUT"));
        now += 30;
        assertBusy();
    }

    /** The server waits for the data, which may wait for anything. */
    @Test
    void aCopyInIsIdleWhileNoDataComes() {
        TestPublisher<ByteBuffer> data = TestPublisher.create();
        assertIdleFor(0);
        Signals.of(lease.copyIn("COPY a FROM STDIN", data.flux()));
        now += 30;
        assertIdleFor(30);
        data.next(ByteBuffer.allocate(1));
        now += 30;
        assertIdleFor(0);
        now += 30;
        assertIdleFor(30);
    }

    private void assertIdleFor(long nanos) {
        lease.activity().look(now);
        assertThat(lease.activity().isIdle(now, nanos)).isTrue();
        assertThat(lease.activity().isIdle(now, nanos + 1)).isFalse();
    }

    private void assertBusy() {
        lease.activity().look(now);
        assertThat(lease.activity().isIdle(now, 0)).isFalse();
    }

    @Test
    void aStatementIsOverdueWhenItTakesLongerThanItsTextDoes() {
        lease.activity().overdueFrom(100);
        Signals.of(lease.execute(SqlStatement.of("SELECT")));
        lease.activity().look(now);
        now += 99;
        lease.activity().look(now);
        assertThat(lease.activity().isOverdue(now)).isFalse();
        now += 1;
        lease.activity().look(now);
        assertThat(lease.activity().isOverdue(now)).isTrue();
        connection.answer();
        assertThat(lease.activity().isOverdue(now)).isFalse();
    }

    @Test
    void aTransactionIsInItHoweverBusyItIs() {
        lease.activity().look(now);
        now += 100;
        assertThat(lease.isHeldFor(now, 100)).isFalse();
        lease.begin(TransactionOptions.defaults());
        assertThat(lease.isHeldFor(now, 100)).isTrue();
        assertThat(lease.isHeldFor(now, 101)).isFalse();
    }

    /** It does not come back soon, and is idle at no moment. */
    @Test
    void aCopyIsHeldHoweverSteadilyItIsFed() {
        Lease copying = new Lease(new Copying(), () -> {}, CommitListener.NONE, error -> {});
        copying.activity().look(now);
        Signals.of(copying.copyIn("COPY a FROM STDIN", Flux.never()));
        assertThat(copying.isHeldFor(now + 100, 100)).isTrue();
    }

    /** Its copies do not end. */
    private static final class Copying extends FakeConnection implements CopyConnection {

        Copying() {
            super(false, false);
        }

        @Override
        public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
            return Flux.from(data).then(Mono.never());
        }

        @Override
        public Flux<ByteBuffer> copyOut(String copySql) {
            return Flux.never();
        }
    }
}
