package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.topology.Node;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;

/** A host with several addresses. */
class ConnectAttemptTest {

    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final ConnectionSettings SETTINGS = ConnectionSettings.parse("postgresql://u@two.example/d");

    private final List<String> tried = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();

    private Mono<String> each(Map<String, Mono<String>> answers, String... addresses) {
        return ConnectAttempt.each(
                List.of(addresses),
                LIMIT,
                SETTINGS,
                address -> answers.get(address)
                        .doOnSubscribe(begun -> tried.add(address))
                        .doOnCancel(() -> cancelled.add(address)));
    }

    private static <T> Mono<T> unreachable() {
        return Mono.error(new ConnectFailedException(Node.of("two.example", 5432), "refused", null));
    }

    @Test
    void theNextOneIsTriedWhenOneCannotBeReached() {
        StepVerifier.create(each(Map.of("a", unreachable(), "b", Mono.just("in")), "a", "b"))
                .expectNext("in")
                .verifyComplete();
        assertThat(tried).containsExactly("a", "b");
    }

    @Test
    void theFirstOneThatAnswersIsTheOnlyOneTried() {
        StepVerifier.create(each(Map.of("a", Mono.just("in")), "a", "b"))
                .expectNext("in")
                .verifyComplete();
        assertThat(tried).containsExactly("a");
    }

    @Test
    void oneThatNeverAnswersLeavesTheOthersTheirShareAndIsGivenUp() {
        StepVerifier.withVirtualTime(
                        () -> each(Map.of("a", Mono.never(), "b", Mono.never(), "c", Mono.just("in")), "a", "b", "c"))
                .expectSubscription()
                .expectNoEvent(LIMIT.dividedBy(3).multipliedBy(2))
                .expectNext("in")
                .verifyComplete();
        assertThat(cancelled).containsExactly("a", "b");
    }

    @Test
    void aRefusalIsTheLastWord() {
        HeadgateException refused = new ConfigurationException("no such user");
        StepVerifier.create(each(Map.of("a", Mono.error(refused), "b", Mono.just("in")), "a", "b"))
                .expectErrorMatches(refused::equals)
                .verify();
        assertThat(tried).containsExactly("a");
    }

    @Test
    void theLastErrorIsReportedWhenNoneCanBeReached() {
        StepVerifier.create(each(
                        Map.of(
                                "a",
                                Mono.error(new ConnectFailedException(Node.of("n", 1), "1", null)),
                                "b",
                                unreachable()),
                        "a",
                        "b"))
                .expectErrorMatches(error -> error.getMessage().contains("refused"))
                .verify();
    }

    /** The driver has connected just when the timeout expires, so its attempt can no longer be cancelled. */
    @Test
    void aConnectionThatComesWhenNobodyTakesItAnyMoreIsClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        DriverConnection connection = (DriverConnection) Proxy.newProxyInstance(
                DriverConnection.class.getClassLoader(),
                new Class<?>[] {DriverConnection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "close" -> Mono.fromRunnable(() -> closed.set(true));
                    case "hashCode" -> 1;
                    case "equals" -> proxy == arguments[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        AtomicReference<CoreSubscriber<? super DriverConnection>> driver = new AtomicReference<>();
        Mono<DriverConnection> deafToCancels = new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super DriverConnection> actual) {
                driver.set(actual);
                actual.onSubscribe(Operators.emptySubscription());
            }
        };
        StepVerifier.withVirtualTime(() -> ConnectAttempt.of(SETTINGS, credentials -> deafToCancels))
                .expectSubscription()
                .thenAwait(SETTINGS.connectTimeout())
                .verifyError(ConnectFailedException.class);
        driver.get().onNext(connection);
        assertThat(closed).isTrue();
    }
}
