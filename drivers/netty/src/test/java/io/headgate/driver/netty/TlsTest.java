package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.TlsSettings;
import io.headgate.core.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    @Test
    void namesARootCertificateThatIsNotThereOrIsNone(@TempDir Path folder) throws IOException {
        Path none = Files.writeString(folder.resolve("none.pem"), "no certificate");
        for (TlsSettings.Mode mode :
                new TlsSettings.Mode[] {TlsSettings.Mode.VERIFY_CA, TlsSettings.Mode.VERIFY_FULL}) {
            for (Path bad : new Path[] {folder.resolve("missing.pem"), none}) {
                assertThatThrownBy(() -> Tls.context(new TlsSettings(mode, bad)))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("cannot read the root certificate " + bad);
            }
        }
    }
}
