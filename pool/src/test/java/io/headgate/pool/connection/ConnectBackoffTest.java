package io.headgate.pool.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeServer;
import io.headgate.pool.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class ConnectBackoffTest {

    private final ConnectFailedException refused = new ConnectFailedException(Node.of("db", 5432), "refused", null);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final FakeServer server = new FakeServer().acceptOnCommand();
    private double random = 0;
    private final ConnectBackoff backoff =
            new ConnectBackoff(Node.of("db", 5432), () -> time.now(TimeUnit.NANOSECONDS), () -> random, time);

    private Signals<DriverConnection> attempt() {
        return Signals.of(backoff.limit(server.connect()));
    }

    private void fail() {
        attempt();
        server.refuse(refused);
    }

    @Test
    void anyNumberOfAttemptsRunWhileTheNodeIsUp() {
        attempt();
        attempt();
        attempt();
        assertThat(server.knocking()).isEqualTo(3);
        assertThat(backoff.refusal()).isNull();
        assertThat(backoff.lastError()).isNull();
    }

    @Test
    void oneAttemptAtATimeAfterAFailure() {
        fail();
        attempt();
        Signals<DriverConnection> second = attempt();
        assertThat(server.knocking()).isEqualTo(1);
        assertThat(second.error())
                .isInstanceOf(ConnectFailedException.class)
                .hasCause(refused)
                .hasMessageContaining("db:5432")
                .hasMessageContaining("1 failed attempts")
                .hasMessageContaining("refused");
        assertThat(((HeadgateException) second.error()).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(((HeadgateException) second.error()).isTransient()).isTrue();
    }

    @Test
    void aWrongSettingIsReportedAsOneEachTime() {
        ConfigurationException wrong = new ConfigurationException("wrong password");
        attempt();
        server.refuse(wrong);
        attempt();
        server.refuse(wrong);
        assertThat(attempt().error()).isInstanceOf(ConfigurationException.class).hasCause(wrong);
    }

    @Test
    void pausesDoubleToHalfASecond() {
        fail();
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            fail();
            long since = time.now(TimeUnit.MILLISECONDS);
            while (!backoff.mayConnect()) {
                time.advanceTimeBy(Duration.ofMillis(1));
            }
            pauses.add(time.now(TimeUnit.MILLISECONDS) - since);
        }
        assertThat(pauses).containsExactly(25L, 50L, 100L, 200L, 400L, 500L, 500L);
    }

    @Test
    void upToHalfOfAPauseIsTakenOffAtRandom() {
        random = 1;
        fail();
        fail();
        time.advanceTimeBy(Duration.ofMillis(12));
        assertThat(backoff.mayConnect()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(backoff.mayConnect()).isTrue();
    }

    @Test
    void aMinuteOfCallersMakesNoMoreThanFourAttemptsASecond() {
        random = 0.5;
        int attempts = 0;
        for (int millis = 0; millis < 60_000; millis++) {
            attempt();
            if (server.knocking() > 0) {
                attempts++;
                server.refuse(refused);
            }
            time.advanceTimeBy(Duration.ofMillis(1));
        }
        assertThat(attempts).isBetween(120, 180);
    }

    @Test
    void attemptsThatBeganTogetherCountAsOneFailure() {
        for (int i = 0; i < 16; i++) {
            attempt();
        }
        for (int i = 0; i < 16; i++) {
            server.refuse(refused);
        }
        assertThat(backoff.mayConnect()).isTrue();
    }

    @Test
    void nobodyIsRefusedWhileAnAttemptThatBeganBeforeMaySucceed() {
        attempt();
        attempt();
        server.refuse(refused);
        attempt();
        assertThat(backoff.refusal()).isNull();
        server.refuse(refused);
        assertThat(backoff.refusal()).as("one is under way").isNull();
        server.refuse(refused);
        assertThat(backoff.refusal()).hasCause(refused);
    }

    @Test
    void callersWaitASecondForAnAttemptThatHangs() {
        fail();
        attempt();
        AtomicInteger changes = new AtomicInteger();
        backoff.onChange(changes::incrementAndGet);
        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(backoff.refusal()).isNull();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(backoff.refusal()).hasCause(refused);
        assertThat(changes).hasValue(1);
        assertThat(backoff.mayConnect()).isFalse();
    }

    @Test
    void theFirstSuccessOpensTheGates() {
        fail();
        fail();
        time.advanceTimeBy(ConnectBackoff.LONGEST_PAUSE);
        AtomicInteger changes = new AtomicInteger();
        backoff.onChange(changes::incrementAndGet);
        attempt();
        server.accept();
        assertThat(changes).hasValue(1);
        assertThat(backoff.lastError()).isNull();
        attempt();
        attempt();
        assertThat(server.knocking()).isEqualTo(2);
    }

    @Test
    void listenersHearThatAPauseIsOver() {
        fail();
        fail();
        AtomicInteger changes = new AtomicInteger();
        backoff.onChange(changes::incrementAndGet);
        time.advanceTimeBy(Duration.ofMillis(24));
        assertThat(changes).hasValue(0);
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(changes).hasValue(1);
    }

    @Test
    void anAttemptThatIsGivenUpLetsTheNextOneBegin() {
        fail();
        Mono<DriverConnection> hanging = backoff.limit(server.connect());
        hanging.subscribe().dispose();
        assertThat(backoff.mayConnect()).isTrue();
    }
}
