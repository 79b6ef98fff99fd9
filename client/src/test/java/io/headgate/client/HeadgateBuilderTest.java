package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ClosedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

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
