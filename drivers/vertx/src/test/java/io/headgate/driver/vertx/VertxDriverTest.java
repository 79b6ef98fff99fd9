package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.observe.DataAccessListener;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VertxDriverTest {

    @Test
    void failsAtOnceForABadRootCertificate() {
        VertxDriver driver = VertxDriver.create(DataAccessListener.NONE);
        try {
            ConnectionSettings settings = ConnectionSettings.parse(
                    "postgresql://u@127.0.0.1/d?sslmode=verify-full&sslrootcert=/none/root.crt");
            assertThatThrownBy(() -> driver.connect(settings).block(Duration.ofSeconds(3)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("/none/root.crt");
        } finally {
            driver.close().block();
        }
    }
}
