package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.StatementOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.pool.capacity.PoolerSettings;
import io.headgate.pool.node.LanesAndLeases;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

class HeadgateBuilderTest {

    private static final String NODE = "postgresql://app:secret@127.0.0.1:1/music";

    /** Whose connections never open. */
    private record Silent(boolean pipelines) implements SqlDriver {

        @Override
        public String name() {
            return "silent";
        }

        @Override
        public Mono<DriverConnection> connect(ConnectionSettings settings) {
            return Mono.never();
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    }

    private static int openedByWarmUp(HeadgateBuilder builder) {
        Headgate client = builder.build();
        var warming = client.warmUp().subscribe();
        int connecting = client.poolState().connecting();
        warming.dispose();
        return connecting;
    }

    @Test
    void everyListenerIsCalledInTheOrderGivenWhateverTheOthersThrow() {
        List<String> called = new ArrayList<>();
        DataAccessListener listener = Headgate.builder()
                .node(NODE)
                .listener(new DataAccessListener() {
                    @Override
                    public Observation started(Operation operation, ContextView context) {
                        called.add("first");
                        throw new IllegalStateException("first");
                    }
                })
                .listener(new DataAccessListener() {
                    @Override
                    public Observation started(Operation operation, ContextView context) {
                        called.add("second");
                        return error -> called.add("end");
                    }
                })
                .config()
                .listener();
        listener.started(Operation.transaction(), Context.empty()).ended(null);
        assertThat(called).containsExactly("first", "second", "end");
    }

    @Test
    void aSecondCloseCompletesWhenTheFirstDoes() {
        Sinks.Empty<Void> driverClosed = Sinks.empty();
        AtomicInteger closings = new AtomicInteger();
        Headgate client =
                HeadgateBuilderTest.closedBy(driverClosed.asMono().doOnSubscribe(s -> closings.incrementAndGet()));
        StepVerifier first =
                StepVerifier.create(client.close()).expectComplete().verifyLater();
        StepVerifier.create(client.close())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(100))
                .then(driverClosed::tryEmitEmpty)
                .verifyComplete();
        first.verify(Duration.ofSeconds(5));
        assertThat(closings).hasValue(1);
    }

    /** A client whose own driver closes by {@code closing}. */
    private static Headgate closedBy(Mono<Void> closing) {
        SqlDriver driver = new SqlDriver() {
            @Override
            public String name() {
                return "slow to close";
            }

            @Override
            public boolean pipelines() {
                return false;
            }

            @Override
            public Mono<DriverConnection> connect(ConnectionSettings settings) {
                return Mono.never();
            }

            @Override
            public Mono<Void> close() {
                return closing;
            }
        };
        HeadgateConfig config = Headgate.builder().node(NODE).driver(driver).config();
        LanesAndLeases pool = LanesAndLeases.create(
                config.nodes().get(0).node(),
                driver.connect(config.nodes().get(0)),
                config.pool(),
                config.listener(),
                Schedulers.parallel());
        return new Headgate(pool, List.of(pool), null, null, driver, true, config.shutdownTimeout());
    }

    @Test
    void aUrlOfSeveralHostsIsAsManyNodes() {
        assertThat(nodes("postgresql://app:a,b@[::1]:6432,db,%2Frun%2Fpg:6433/music?application_name=a,b"))
                .isEqualTo("[[::1]:6432, db:5432, /run/pg/.s.PGSQL.6433]");
        assertThat(nodes("postgresql://app@a:6432,b:6432/music?zone=eu-1a&weight=7"))
                .isEqualTo("[a:6432, b:6432]");
        for (String wrong : List.of("a,,b", "a,", ",a", "a:6432,b:x")) {
            assertThatThrownBy(() -> Headgate.builder().node("postgresql://app:s3cret@" + wrong + "/music"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("has no host, or a host or port that is malformed")
                    .hasMessageNotContaining("s3cret");
        }
        assertThatThrownBy(() -> Headgate.builder().node("postgresql://app@a,a:5432/music"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is set already");
        assertThatThrownBy(() -> Headgate.builder().node(NODE).node(NODE + "?weight=7"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is set already");
    }

    private static String nodes(String url) {
        return Headgate.builder().node(url).config().nodes().stream()
                .map(each -> each.node().name())
                .toList()
                .toString();
    }

    @Test
    void timesAreBounded() {
        Duration tooLong = Duration.ofSeconds(Long.MAX_VALUE);
        assertThatThrownBy(() -> Headgate.builder().shutdownTimeout(tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shutdownTimeout is ")
                .hasMessageContaining("from 0 to PT24H");
        Headgate.builder().shutdownTimeout(Duration.ZERO).shutdownTimeout(Duration.ofDays(1));
        assertThatThrownBy(() -> PoolerSettings.defaults().queryWaitTimeout(tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("queryWaitTimeout");
        assertThatThrownBy(() -> StatementOptions.none().timeout(tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout of a statement");
        assertThatThrownBy(() -> ConnectionFactories.get("r2dbc:headgate://a:b@h/d?connectTimeout=PT9999999999999999S"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connectTimeout is ");
        assertThatThrownBy(
                        () -> ConnectionFactories.get("r2dbc:headgate://a:b@h/d?shutdownTimeout=PT9999999999999999S"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shutdownTimeout is ");
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // what a caller without null checks passes
    void nullIsRefusedAtOnceByTheParametersName() {
        HeadgateBuilder builder = Headgate.builder();
        Headgate client = Headgate.builder().node(NODE).driver(new Silent(true)).build();
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("settings", () -> builder.node((ConnectionSettings) null));
        calls.put("url", () -> builder.node((String) null));
        calls.put("settings ", () -> builder.sessionNode((ConnectionSettings) null));
        calls.put("listener", () -> builder.listener(null));
        calls.put("timeout", () -> builder.shutdownTimeout(null));
        calls.put("capacity(...) returned null", () -> builder.capacity(inputs -> null));
        calls.put("label", () -> StatementOptions.none().name(null));
        calls.put("atMost", () -> StatementOptions.none().timeout(null));
        calls.put("options", () -> client.inTransaction(null, tx -> Mono.empty()));
        calls.put("work", () -> client.inTransaction(null));
        calls.put("work ", () -> client.sessionConnection(null));
        calls.put("statement 1 of 1 is null", () -> client.atomically((SqlStatement) null));
        calls.put("copySql", () -> client.copyOut(null));
        calls.put("data", () -> client.copyIn("COPY t FROM STDIN", null));
        calls.forEach((name, call) -> assertThatThrownBy(call)
                .as(name)
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining(name.strip()));
    }

    @Test
    void buildingChangesNothingForTheNextClient() {
        int withLanes = openedByWarmUp(Headgate.builder().node(NODE).driver(new Silent(true)));
        int withoutLanes = openedByWarmUp(Headgate.builder().node(NODE).driver(new Silent(false)));
        assertThat(withLanes).isGreaterThan(withoutLanes);

        HeadgateBuilder builder = Headgate.builder().node(NODE);
        assertThat(openedByWarmUp(builder.driver(new Silent(false)))).isEqualTo(withoutLanes);
        assertThat(openedByWarmUp(builder.driver(new Silent(true)))).isEqualTo(withLanes);
    }

    @Test
    void clientsOfOneBuilderShareNoDriver() {
        HeadgateBuilder builder = Headgate.builder().node(NODE).acquireTimeout(Duration.ofMillis(500));
        Headgate first = builder.build();
        Headgate second = builder.build();
        first.close().block(Duration.ofSeconds(10));
        second.sql("SELECT 1")
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).isNotInstanceOf(ClosedException.class));
        second.close().block(Duration.ofSeconds(10));
    }
}
