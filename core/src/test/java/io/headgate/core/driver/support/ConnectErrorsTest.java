package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.HeadgateException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Two versions of a library on the class path. */
class ConnectErrorsTest {

    private static final ConnectionSettings SETTINGS = ConnectionSettings.parse("postgresql://u@one.example/d");
    private final Error otherScram = new NoSuchMethodError(
            "'com.ongres.scram.client.ScramClient$X com.ongres.scram.client.ScramClient.builder()'");

    private static HeadgateException of(Throwable error) {
        return ConnectErrors.of(error, null, false, SETTINGS, new Credentials("u", "secret"));
    }

    @Test
    void aClashOfTheScramLibrariesNamesTheArtifactAndTheWayOut() {
        assertThat(of(new IOException("closed", otherScram)))
                .isInstanceOf(ConfigurationException.class)
                .matches(error -> !error.isTransient())
                .hasMessageContaining(
                        "a class or method that the driver needs is missing, or comes from another version of its library")
                .hasMessageContaining("r2dbc-postgresql before 1.1 brings com.ongres.scram:client")
                .hasMessageContaining("<r2dbc-postgresql.version>1.1.1.RELEASE</r2dbc-postgresql.version>")
                .hasMessageContaining("headgate-bom");
    }

    @Test
    void aClashOfWhichOnlyTheMessageIsLeftIsNamedToo() {
        assertThat(of(new IOException(otherScram.getMessage())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("com.ongres.scram:client");
    }

    @Test
    void anotherClashNamesTheBillOfMaterials() {
        assertThat(of(new NoClassDefFoundError("io/netty/channel/IoHandler")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "(java.lang.NoClassDefFoundError: io/netty/channel/IoHandler): import io.headgate:headgate-bom");
    }

    @Test
    void aClashThatADriverThrowsIsSignalledAtOnce() {
        StepVerifier.create(ConnectAttempt.of(SETTINGS, credentials -> {
                    throw otherScram;
                }))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("com.ongres.scram:client"))
                .verify(SETTINGS.connectTimeout().dividedBy(2));
    }
}
