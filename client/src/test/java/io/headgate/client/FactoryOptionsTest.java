package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FactoryOptionsTest {

    private static final String URL = "r2dbc:headgate://app:s3cret@db.example:6432/music";

    private static FactoryOptions options(String url) {
        return new FactoryOptions(ConnectionFactoryOptions.parse(url));
    }

    @Test
    void isFoundByServiceLoading() {
        ConnectionFactory found = ConnectionFactories.get(URL);
        assertThat(found).isInstanceOf(HeadgateConnectionFactory.class);
        assertThat(found.getMetadata().getName()).isEqualTo("PostgreSQL");
        assertThat(found.toString()).doesNotContain("s3cret");
        assertThat(((HeadgateConnectionFactory) found)
                        .unwrap(Headgate.class)
                        .poolState()
                        .open())
                .isZero();
        ((HeadgateConnectionFactory) found).close().block();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vertx", "r2dbc"})
    void takesTheDriverUnderneathFromTheProtocol(String protocol) {
        String url = protocol.isEmpty() ? URL : URL.replace("headgate:", "headgate:" + protocol + ":");
        options(url).client().close().block();
    }

    @Test
    void namesTheDriversThereAre() {
        assertThatThrownBy(() ->
                        options(URL.replace("headgate:", "headgate:oracle:")).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"oracle\"")
                .hasMessageContaining("vertx");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxConnection=8 | unknown option \"maxConnection\"; nearest is \"maxConnections\"",
                "sslmode=disable | unknown option \"sslmode\"; nearest is \"sslMode\"",
                "lane=2 | nearest is \"lanes\"",
                "schema=x | unknown option \"schema\"",
            })
    void namesAnUnknownOptionAndTheNearest(String query, String message) {
        assertThatThrownBy(() -> options(URL + "?" + query))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxConnections=many | maxConnections is \"many\"; it has to be a whole number",
                "maxConnections=0 | maxConnections is 0",
                "acquireTimeout=5 | acquireTimeout is \"5\"; it has to be a time such as 500ms, 5s",
                "acquireTimeout=-5s | acquireTimeout",
                "sslMode=maybe | sslMode is \"maybe\"; it has to be one of disable, prefer, require, verify-ca, verify-full",
                "ssl=yes | ssl is \"yes\"; it has to be true or false",
                "transactionModeGuard=no | it has to be one of refuse, warn, off",
                "peakRequestsPerSecond=lots | peakRequestsPerSecond is \"lots\"; it has to be a number",
                "instances=0 | instances",
                "laneDepth=0 | laneDepth",
                "sslRootCert=/x.pem | verify-full",
            })
    void saysWhatIsWrongWithAValue(String query, String message) {
        assertThatThrownBy(() -> options(URL + "?" + query).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void valuesOfConnectionsAreCheckedToo() {
        assertThatThrownBy(() -> options(URL + "?fetchSize=-1").connectionDefaults())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fetchSize is -1");
        assertThatThrownBy(() -> options(URL + "?statementTimeout=PT-1S").connectionDefaults())
                .hasMessageContaining("statement timeout");
        assertThat(options(URL + "?statementTimeout=1500ms&lockWaitTimeout=2s&fetchSize=100")
                        .connectionDefaults()
                        .timeouts()
                        .statement())
                .isEqualTo(Duration.ofMillis(1_500));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r2dbc:headgate://db.example/music | the option user is missing",
                "r2dbc:headgate://app:x@db.example | the option database is missing",
                "r2dbc:headgate://app:x@a:6432,b:6433/music | names 2 nodes",
                "r2dbc:headgate://app:x@a:6432,/music | the option host has \"\"",
            })
    void saysWhatIsMissingOrTooMuch(String url, String message) {
        assertThatThrownBy(() -> options(url).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void takesEveryOptionAsTextAndAsItsType() {
        Map<String, Object> values = Map.ofEntries(
                Map.entry("maxConnections", 8),
                Map.entry("lanes", "2"),
                Map.entry("acquireTimeout", Duration.ofSeconds(1)),
                Map.entry("idleTimeout", "10m"),
                Map.entry("maxLifetime", "1h"),
                Map.entry("slowAfter", "2ms"),
                Map.entry("connectTimeout", Duration.ofSeconds(2)),
                Map.entry("transactionModeGuard", "warn"),
                Map.entry("instances", 2),
                Map.entry("peakRequestsPerSecond", 100.5),
                Map.entry("applicationName", "music"),
                Map.entry("ssl", false));
        ConnectionFactoryOptions.Builder options =
                ConnectionFactoryOptions.parse(URL).mutate();
        values.forEach((name, value) -> options.option(Option.valueOf(name), value));
        assertThatCode(() ->
                        new FactoryOptions(options.build()).client().close().block())
                .doesNotThrowAnyException();
    }

    @Test
    void addressesOfVersionSixAreInBrackets() {
        assertThat(HostAndPort.list("[::1]:6433, db2,10.0.0.1:6432", 5432))
                .containsExactly(
                        new HostAndPort("::1", 6433), new HostAndPort("db2", 5432), new HostAndPort("10.0.0.1", 6432));
    }
}
