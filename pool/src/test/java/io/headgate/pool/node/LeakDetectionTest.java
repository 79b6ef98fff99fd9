package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.pool.LeaseReclaimedException;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Leases that are held for too long, in virtual time. */
class LeakDetectionTest {

    private final PoolFixture one = fixture(Duration.ofMinutes(1), Duration.ZERO);

    @Test
    void reportsALeaseOnceWithThePlaceAndTheLastStatement() {
        int line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
        Flux<Object> leaking = leak(one);
        Signals.of(leaking);
        one.time.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(one.listener.reports()).isEmpty();
        one.time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(one.listener.reports())
                .singleElement()
                .satisfies(report -> assertThat(report)
                        .contains("LeakDetectionTest.leak(LeakDetectionTest.java:")
                        .contains(" <- ")
                        .contains(
                                "reportsALeaseOnceWithThePlaceAndTheLastStatement(LeakDetectionTest.java:" + line + ")")
                        .contains("held for 60000 ms")
                        .endsWith("it last ran: UPDATE held"));
        one.time.advanceTimeBy(Duration.ofHours(1));
        assertThat(one.listener.reports()).hasSize(1);
        assertThat(one.listener.count("leaked")).isEqualTo(1);
    }

    @Test
    void reportsEachBorrowerOfAConnection() {
        for (int i = 0; i < 2; i++) {
            Signals<Object> caller = Signals.of(leak(one));
            one.time.advanceTimeBy(Duration.ofSeconds(61));
            caller.cancel();
        }
        assertThat(one.listener.reports()).hasSize(2);
        assertThat(one.server.connections()).hasSize(1);
    }

    @Test
    void saysSoWhenNoStatementWasRun() {
        Signals.of(one.leases.use(lease -> Mono.never()));
        one.pool.warmUp().subscribe();
        one.time.advanceTimeBy(Duration.ofSeconds(61));
        assertThat(one.listener.reports())
                .singleElement()
                .satisfies(report -> assertThat(report).endsWith("it ran no statement"));
    }

    @Test
    void reportsNothingOfAConnectionThatIsIdleOrLentAnew() {
        one.execute("a").block();
        for (int i = 0; i < 10; i++) {
            Signals<Object> caller = Signals.of(leak(one));
            one.time.advanceTimeBy(Duration.ofSeconds(50));
            caller.cancel();
        }
        one.time.advanceTimeBy(Duration.ofMinutes(5));
        assertThat(one.listener.reports()).isEmpty();
    }

    @Test
    void countsWhatItReported() {
        Signals.of(one.leases.use(lease -> Mono.never()));
        Signals.of(one.pool.inTransaction(TransactionOptions.defaults(), tx -> Mono.never()));
        one.time.advanceTimeBy(one.options.leakThreshold().minusMillis(1));
        assertThat(one.pool.statistics().leaks()).isZero();
        one.time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(one.pool.statistics().leaks()).isEqualTo(1);
    }

    @Test
    void takesALeaseAwayFailsItsWorkAndServesTheNext() {
        PoolFixture reclaiming = fixture(Duration.ofMinutes(1), Duration.ofMinutes(2));
        Signals<Object> leaking = Signals.of(leak(reclaiming));
        reclaiming.time.advanceTimeBy(Duration.ofSeconds(119));
        assertThat(leaking.ended()).isFalse();
        Signals<SqlResult> next = Signals.of(reclaiming.execute("next"));
        reclaiming.time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(leaking.error())
                .isInstanceOf(LeaseReclaimedException.class)
                .hasMessageContaining("UPDATE held")
                .hasMessageContaining("LeakDetectionTest.java:");
        assertThat(leaking.ends()).isEqualTo(1);
        assertThat(next.completed()).isTrue();
        assertThat(reclaiming.server.connection(0).log())
                .containsExactly(TransactionOptions.defaults().beginSql(), "UPDATE held", "(reset)", "next");
        assertThat(reclaiming.pool.state().leased()).isZero();
    }

    @Test
    void namesThePlaceOfAReclaimedLeaseThatIsNotToBeReported() {
        PoolFixture reclaiming = fixture(Duration.ZERO, Duration.ofMinutes(2));
        Signals<Object> leaking = Signals.of(leak(reclaiming));
        reclaiming.time.advanceTimeBy(Duration.ofMinutes(2));
        assertThat(leaking.error()).hasMessageContaining("LeakDetectionTest.java:");
        assertThat(reclaiming.listener.reports()).isEmpty();
    }

    /** A walk of the stack is expensive. */
    @Test
    void recordsThePlaceOfEachLeaseAfterTheFirstReportAndOfSomeBefore() {
        Signals<Object> unrecorded = theLastOfManyLeaks();
        assertThat(one.listener.reports())
                .singleElement()
                .satisfies(report ->
                        assertThat(report).contains("not recorded, since over 100 transactions", "UPDATE held"));
        unrecorded.cancel();
        theLastOfManyLeaks();
        assertThat(one.listener.reports())
                .hasSize(2)
                .last()
                .satisfies(report -> assertThat(report).contains("LeakDetectionTest.java:"));
    }

    private Signals<Object> theLastOfManyLeaks() {
        for (int i = 0; i < 999; i++) {
            Signals.of(leak(one)).cancel();
        }
        Signals<Object> last = Signals.of(leak(one));
        one.time.advanceTimeBy(one.options.leakThreshold());
        return last;
    }

    @Test
    void doesNothingWhenBothAreZero() {
        PoolFixture off = fixture(Duration.ZERO, Duration.ZERO);
        Signals<Object> leaking = Signals.of(leak(off));
        off.time.advanceTimeBy(Duration.ofHours(1));
        assertThat(off.listener.reports()).isEmpty();
        assertThat(leaking.ended()).isFalse();
        assertThat(off.pool.state().leased()).isEqualTo(1);
    }

    private static Flux<Object> leak(PoolFixture fixture) {
        return fixture.pool.inTransaction(
                TransactionOptions.defaults(),
                tx -> tx.execute(SqlStatement.of("UPDATE held")).then(Mono.never()));
    }

    private static PoolFixture fixture(Duration leakThreshold, Duration reclaimAfter) {
        return new PoolFixture(PoolOptions.builder()
                .maxConnections(1)
                .lanes(0)
                .minIdle(0)
                .leakThreshold(leakThreshold)
                .reclaimAfter(reclaimAfter)
                .build());
    }
}
