package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import io.headgate.pool.connection.PooledConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What follows a COMMIT travels with it when somebody waits for the connection. */
class CommitHandoverTest {

    @SuppressWarnings("StaticAssignmentOfThrowable") // only its identity matters
    private static final IllegalStateException FAILURE = new IllegalStateException("deferred constraint");

    private PoolFixture one = new PoolFixture(1);

    @Test
    void sendsTheNextTransactionBehindTheCommit() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(transaction("a"));
        Signals<SqlResult> second = Signals.of(transaction("b"));
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b");
        assertThat(first.ended()).isFalse();
        answer();
        assertThat(first.completed()).isTrue();
        assertThat(second.ended()).isFalse();
        answer();
        answer();
        assertThat(second.completed()).isTrue();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b", "COMMIT");
        assertAllIsBack();
    }

    @Test
    void sendsAStatementThatIsNoTransactionBehindTheCommitToo() {
        one.server.answerOnCommand();
        Signals.of(transaction("a"));
        Signals<SqlResult> second = Signals.of(one.execute("b"));
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "b");
        answer();
        answer();
        assertThat(second.completed()).isTrue();
        assertAllIsBack();
    }

    @Test
    void seesHowTheCommitEndsWhenNobodyWaits() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(transaction("a"));
        answer();
        Signals<SqlResult> second = Signals.of(transaction("b"));
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT");
        assertThat(one.pool.state().leased()).isEqualTo(1);
        answer();
        assertThat(first.completed()).isTrue();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b");
        assertThat(second.ended()).isFalse();
    }

    @Test
    void tellsACommitsErrorToItsOwnerOnly() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(transaction("a"));
        Signals<SqlResult> second = Signals.of(transaction("b"));
        answer();
        one.server.connection(0).fail(FAILURE);
        assertThat(first.error()).isSameAs(FAILURE);
        answer();
        answer();
        assertThat(second.completed()).isTrue();
    }

    @Test
    void givesTheConnectionBackOnceWhenTheCommittingCallerGoes() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(transaction("a"));
        Signals<SqlResult> second = Signals.of(transaction("b"));
        Signals<SqlResult> third = Signals.of(transaction("c"));
        answer();
        first.cancel();
        assertThat(one.pool.state().leased()).isEqualTo(1);
        assertThat(log()).doesNotContain("(reset)");
        answer();
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b", "COMMIT", "BEGIN", "c");
        answer();
        answer();
        answer();
        assertThat(first.ended()).isFalse();
        assertThat(second.completed()).isTrue();
        assertThat(third.completed()).isTrue();
        assertAllIsBack();
    }

    @Test
    void bringsTheConnectionToRestWhenTheFollowerGoes() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(transaction("a"));
        Signals<SqlResult> second = Signals.of(transaction("b"));
        answer();
        second.cancel();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b", "(reset)");
        answer();
        assertThat(first.completed()).isTrue();
        answer();
        assertAllIsBack();
    }

    @Test
    void bringsTheConnectionToRestWhenAllThatWaitedHaveGone() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(transaction("a"));
        Signals<SqlResult> second = Signals.of(
                one.pool.inTransaction(TransactionOptions.defaults(), tx -> tx.execute(SqlStatement.of("b"))));
        Signals<Object> quits = Signals.of(one.pool.inTransaction(TransactionOptions.defaults(), tx -> Mono.empty()));
        answer();
        second.cancel();
        answer();
        answer();
        assertThat(first.completed()).isTrue();
        assertThat(quits.completed()).isTrue();
        assertAllIsBack();
    }

    @Test
    void pausesWhenAPoolersServerConnectionHasBeenBusyForLong() {
        one.server.answerOnCommand().behindPooler();
        Signals.of(transaction("a"));
        Signals.of(transaction("b"));
        Signals.of(transaction("c"));
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b");
        one.time.advanceTimeBy(Duration.ofNanos(PooledConnection.MAX_BUSY + 1));
        answer();
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b", "COMMIT");
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b", "COMMIT", "BEGIN", "c");
        // and a new turn has begun
        Signals.of(transaction("d"));
        answer();
        assertThat(log()).endsWith("COMMIT", "BEGIN", "d");
    }

    @Test
    void needsNoPauseWithoutAPooler() {
        one.server.answerOnCommand();
        Signals.of(transaction("a"));
        Signals.of(transaction("b"));
        one.time.advanceTimeBy(Duration.ofSeconds(1));
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "b");
    }

    @Test
    void closesWhatIsTooOldInsteadOfPassingItOn() {
        one = new PoolFixture(PoolOptions.builder()
                .maxConnections(1)
                .lanes(0)
                .minIdle(0)
                .acquireTimeout(Duration.ofHours(2))
                .maxLifetime(Duration.ofMinutes(1))
                .leakThreshold(Duration.ZERO)
                .build());
        one.server.answerOnCommand();
        Signals.of(transaction("a"));
        Signals.of(transaction("b"));
        one.time.advanceTimeBy(Duration.ofMinutes(2));
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT");
        answer();
        assertThat(log()).containsExactly("BEGIN", "a", "COMMIT", "(close)");
        assertThat(one.server.connection(1).log()).containsExactly("BEGIN", "b");
        assertThat(one.listener.events()).contains("closed LIFETIME");
    }

    @Test
    void letsTheCommitEndBeforeItCloses() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(transaction("a"));
        Signals<SqlResult> second = Signals.of(transaction("b"));
        answer();
        Signals<Void> closed = Signals.of(one.pool.close(Duration.ofSeconds(10)));
        answer();
        answer();
        answer();
        assertThat(first.completed()).isTrue();
        assertThat(second.completed()).isTrue();
        assertThat(closed.completed()).isTrue();
        assertThat(log()).endsWith("COMMIT", "(close)");
    }

    @Test
    void failsBothWhenTheConnectionIsLost() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(transaction("a"));
        Signals<SqlResult> second = Signals.of(transaction("b"));
        answer();
        one.server.connection(0).lose();
        assertThat(first.error()).isNotNull();
        assertThat(second.error()).isNotNull();
        assertThat(one.pool.state().open()).isZero();
    }

    private Flux<SqlResult> transaction(String sql) {
        return one.pool.inTransaction(TransactionOptions.defaults(), tx -> tx.execute(SqlStatement.of(sql)));
    }

    private void answer() {
        one.server.connection(0).answer();
    }

    private List<String> log() {
        return one.server.connection(0).log();
    }

    private void assertAllIsBack() {
        assertThat(one.pool.state().leased()).isZero();
        assertThat(one.pool.state().waiting()).isZero();
        assertThat(one.server.connection(0).isReady()).isTrue();
        assertThat(one.server.connections()).hasSize(1);
    }
}
