package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.LoginSettings.ProtocolVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ProtocolVersionsTest {

    private final ConnectionSettings settings =
            ConnectionSettings.parse("postgresql://u@old.example/d?max_protocol_version=3.2");
    private final List<ProtocolVersion> tried = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private final ProtocolVersions versions = new ProtocolVersions(() -> now);

    private Mono<String> connect(ConnectionSettings to) {
        return versions.connect(
                to,
                version -> Mono.fromCallable(() -> {
                    tried.add(version);
                    if (version != ProtocolVersion.V3_0 && to.host().equals("old.example")) {
                        throw new ProtocolVersions.Refused();
                    }
                    return version.parameter();
                }));
    }

    @Test
    void remembersForAnHourWhatIsTooOld() {
        assertThat(connect(settings).block()).isEqualTo("3.0");
        assertThat(connect(settings).block()).isEqualTo("3.0");
        assertThat(tried).containsExactly(ProtocolVersion.V3_2, ProtocolVersion.V3_0, ProtocolVersion.V3_0);
        now = now.plus(Duration.ofHours(1));
        connect(settings).block();
        assertThat(tried.subList(3, 5)).containsExactly(ProtocolVersion.V3_2, ProtocolVersion.V3_0);
    }

    @Test
    void isOfOneNodeAlone() {
        connect(settings).block();
        ConnectionSettings other = ConnectionSettings.parse("postgresql://u@new.example/d?max_protocol_version=latest");
        assertThat(connect(other).block()).isEqualTo("3.2");
    }

    @Test
    void remembersNothingUnlessTheOldVersionHelps() {
        Mono<String> down = versions.connect(settings, version -> {
            tried.add(version);
            return Mono.error(
                    version == ProtocolVersion.V3_0
                            ? new IllegalStateException("down")
                            : new ProtocolVersions.Refused());
        });
        assertThatThrownBy(down::block).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(down::block).isInstanceOf(IllegalStateException.class);
        assertThat(tried)
                .containsExactly(
                        ProtocolVersion.V3_2, ProtocolVersion.V3_0, ProtocolVersion.V3_2, ProtocolVersion.V3_0);
    }

    @Test
    void asksForTheOldOneByDefault() {
        connect(ConnectionSettings.parse("postgresql://u@new.example/d")).block();
        assertThat(tried).containsExactly(ProtocolVersion.V3_0);
    }
}
