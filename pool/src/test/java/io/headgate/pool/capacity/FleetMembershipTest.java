package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ClosedException;
import io.headgate.testing.ScriptedExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class FleetMembershipTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Queue<Mono<SqlResult>> answers = new ArrayDeque<>();
    private final ScriptedExecutor db = new ScriptedExecutor(statement -> answers.remove());
    private final FleetMembership membership = FleetMembership.of(db, "ops.fleet", "music", "a", INTERVAL);

    private static Mono<SqlResult> fleet(int instances, int rank) {
        return Mono.just(ScriptedExecutor.row(List.of("instances", "rank"), instances, rank));
    }

    @Test
    void renewsWithTheTimeAfterWhichOthersAreDead() {
        answers.add(fleet(3, 1));
        StepVerifier.create(membership.renew()).expectNext(new FleetView(3, 1)).verifyComplete();
        assertThat(db.sent()).singleElement().satisfies(statement -> {
            assertThat(statement.parameters()).containsExactly("music", "a", 15.0);
            assertThat(statement.text()).contains("ops.fleet").doesNotContain("music");
        });
    }

    @Test
    void tellsOfChangesAndPassesOverFailures() {
        answers.add(fleet(1, 0));
        answers.add(fleet(1, 0));
        answers.add(Mono.error(new IllegalStateException("the primary is gone")));
        answers.add(fleet(2, 1));
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        StepVerifier.create(membership.watch(time))
                .then(() -> time.advanceTimeBy(Duration.ZERO))
                .expectNext(new FleetView(1, 0))
                .then(() -> time.advanceTimeBy(INTERVAL.multipliedBy(2)))
                .then(() -> assertThat(db.sent()).hasSize(3))
                .then(() -> time.advanceTimeBy(INTERVAL))
                .expectNext(new FleetView(2, 1))
                .thenCancel()
                .verify(Duration.ofSeconds(10));
        time.advanceTimeBy(INTERVAL.multipliedBy(10));
        assertThat(db.sent()).hasSize(4);
    }

    @Test
    void endsWhenTheExecutorIsClosed() {
        answers.add(fleet(1, 0));
        answers.add(Mono.error(new ClosedException("the pool")));
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        StepVerifier.create(membership.watch(time))
                .then(() -> time.advanceTimeBy(INTERVAL))
                .expectNext(new FleetView(1, 0))
                .verifyError(ClosedException.class);
    }

    @Test
    void aRenewalThatHangsIsNotOvertaken() {
        answers.add(Mono.never());
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        StepVerifier.create(membership.watch(time))
                .then(() -> time.advanceTimeBy(INTERVAL.multipliedBy(10)))
                .then(() -> assertThat(db.sent()).hasSize(1))
                .thenCancel()
                .verify(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Fleet", "fleet; DROP TABLE users", "a.b.c", "\"fleet\"", "1fleet"})
    void aTableThatNeedsQuotesIsRefused(String table) {
        assertThatThrownBy(() -> FleetMembership.of(db, table, "music", "a", INTERVAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("table is \"" + table + "\"");
    }

    @Test
    void otherNonsenseIsRefusedByName() {
        assertThatThrownBy(() -> FleetMembership.of(db, "t", " ", "a", INTERVAL))
                .hasMessageContaining("fleet is blank");
        assertThatThrownBy(() -> FleetMembership.of(db, "t", "f", "", INTERVAL))
                .hasMessageContaining("member is blank");
        assertThatThrownBy(() -> FleetMembership.of(db, "t", "f", "a", Duration.ZERO))
                .hasMessageContaining("interval is PT0S");
    }
}
