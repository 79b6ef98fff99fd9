package io.headgate.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.topology.Node;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The connections of the probes. What they ask is tested on a server. */
class NodeProbesTest {

    private static final Node NODE = Node.of("a", 1);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final List<Sinks.One<DriverConnection>> attempts = new ArrayList<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final NodeProbes probes = new NodeProbes(node -> Mono.defer(() -> {
        Sinks.One<DriverConnection> attempt = Sinks.one();
        attempts.add(attempt);
        return attempt.asMono();
    }));

    /** It answers nothing. */
    private DriverConnection connection() {
        return (DriverConnection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DriverConnection.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "isOpen" -> closed.get() == 0;
                        case "execute" -> Mono.<SqlResult>never().doOnSubscribe(sent -> questions.incrementAndGet());
                        case "close" -> Mono.<Void>fromRunnable(closed::incrementAndGet);
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    /** Its credentials take longer than a question may. */
    @Test
    void anAttemptGoesOnWhenItsQuestionIsGivenUp() {
        Disposable first = probes.ask(NODE).subscribe();
        first.dispose();
        probes.ask(NODE).subscribe();
        assertThat(attempts).hasSize(1);
        attempts.get(0).tryEmitValue(connection());
        assertThat(questions).hasValue(1);
    }

    @Test
    void afterAFailedAttemptThereIsAnother() {
        AtomicInteger failures = new AtomicInteger();
        probes.ask(NODE).subscribe(report -> {}, error -> failures.incrementAndGet());
        attempts.get(0).tryEmitError(new IllegalStateException("refused"));
        assertThat(failures).hasValue(1);
        probes.ask(NODE).subscribe();
        assertThat(attempts).hasSize(2);
    }

    @Test
    void aQuestionThatIsGivenUpClosesItsConnection() {
        Disposable question = probes.ask(NODE).subscribe();
        attempts.get(0).tryEmitValue(connection());
        question.dispose();
        assertThat(closed).hasValue(1);
    }

    @Test
    void aConnectionThatComesAfterTheCloseIsClosed() {
        probes.ask(NODE).subscribe().dispose();
        probes.close().block(SOON);
        attempts.get(0).tryEmitValue(connection());
        assertThat(closed).hasValue(1);
    }
}
