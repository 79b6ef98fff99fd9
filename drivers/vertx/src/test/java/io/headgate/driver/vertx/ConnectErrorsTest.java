package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.PoolerException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ConnectErrorsTest {

    private final ConnectionSettings settings =
            ConnectionSettings.parse("postgresql://app:s3cret@db:6432/music?sslmode=verify-full");

    @Test
    void namesTheHostThatIsUnknown() {
        for (Throwable error : new Throwable[] {
            new UnknownHostException("db"), new IOException("resolve", new UnknownHostException("db"))
        }) {
            assertThat(of(error))
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageContaining("the host \"db\" is unknown");
        }
    }

    @Test
    void namesTheRefusedUserAndTheNode() {
        for (PgException refusal : new PgException[] {
            pg("28P01", "password authentication failed for user \"app\"", "auth_failed"),
            pg("3D000", "database \"music\" does not exist", "InitPostgres"),
            pg("42501", "permission denied for database \"music\"", "InitPostgres"),
            pg("08P01", "no such database: music", null),
            pg("08P01", "SASL authentication failed", null)
        }) {
            assertThat(of(refusal))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll("db:6432", "user \"app\"", "database \"music\"", refusal.getErrorMessage())
                    .hasCauseInstanceOf(DatabaseException.class);
        }
    }

    @Test
    void callsAServerThatIsStartingTransient() {
        HeadgateException starting = of(pg("57P03", "the database system is starting up", "ProcessStartupPacket"));
        assertThat(starting).isInstanceOf(DatabaseException.class);
        assertThat(starting.isSafeToRetry()).isTrue();
        HeadgateException full = of(pg("08P01", "no more connections allowed (max_client_conn)", null));
        assertThat(full).isInstanceOf(PoolerException.class);
        assertThat(full.isSafeToRetry()).isTrue();
    }

    @Test
    void namesTheSettingWhenEncryptionFails() {
        SSLHandshakeException handshake = new SSLHandshakeException("handshake");
        handshake.initCause(new CertificateException("No name matching db found"));
        assertThat(of(new IOException("wrapped", handshake)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("sslmode=verify-full", "No name matching db found", "sslrootcert");
        assertThat(of(new IllegalStateException("Postgres server did not accept SSL")))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void givesTheInnermostReasonForTheRest() {
        assertThat(of(new IOException("outer", new ConnectException("Connection refused"))))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessage("cannot connect to db:6432: Connection refused");
        assertThat(of(new IOException())).hasMessageContaining("java.io.IOException");
        assertThat(ConnectErrors.timedOut(settings))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("connect_timeout 5000 ms");
    }

    @Test
    void passesItsOwnErrorsOn() {
        ConfigurationException own = new ConfigurationException("cannot read the root certificate");
        assertThat(of(own)).isSameAs(own);
    }

    private HeadgateException of(Throwable error) {
        HeadgateException result = VertxErrors.ofConnect(error, settings, new Credentials("app", "s3cret"));
        StringWriter trace = new StringWriter();
        result.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("s3cret");
        return result;
    }

    private static PgException pg(String sqlState, String message, String routine) {
        return new PgException(
                message, "FATAL", sqlState, null, null, null, null, null, null, null, null, routine, null, null, null,
                null, null);
    }
}
