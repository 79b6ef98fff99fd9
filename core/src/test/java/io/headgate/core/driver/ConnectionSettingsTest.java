package io.headgate.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ConfigurationException;
import io.headgate.core.topology.Node;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class ConnectionSettingsTest {

    private static final String SECRET = "s3cret";

    @Test
    void readsEveryPart() {
        ConnectionSettings settings = ConnectionSettings.parse("postgresql://app:s3cret@db.example:6432/music"
                + "?sslmode=verify-full&sslrootcert=ca.pem&connect_timeout=7&application_name=a%20b"
                + "&statement_cache_size=50&max_value_bytes=1000&max_result_rows=7&max_result_bytes=9000");
        assertThat(settings.host()).isEqualTo("db.example");
        assertThat(settings.port()).isEqualTo(6432);
        assertThat(settings.database()).isEqualTo("music");
        assertThat(credentials(settings)).isEqualTo(new Credentials("app", SECRET));
        assertThat(settings.tls()).isEqualTo(new TlsSettings(TlsSettings.Mode.VERIFY_FULL, Path.of("ca.pem")));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.applicationName()).isEqualTo("a b");
        assertThat(settings.statementCacheSize()).isEqualTo(50);
        assertThat(settings.resultLimit()).isEqualTo(new ResultLimit(7, 9_000));
        assertThat(settings.maxValueBytes()).isEqualTo(1_000);
        assertThat(settings.node()).hasToString("db.example:6432");
    }

    @Test
    void readsTheFolderOfAUnixSocket() {
        ConnectionSettings settings =
                ConnectionSettings.parse("postgresql://app:s3cret@%2Frun%2Fpg%20bouncer:6432/music?connect_timeout=7");
        assertThat(settings.host()).isEqualTo("/run/pg bouncer");
        assertThat(settings.isUnixSocket()).isTrue();
        assertThat(settings.node()).hasToString("/run/pg bouncer/.s.PGSQL.6432");
        assertThat(credentials(settings)).isEqualTo(new Credentials("app", SECRET));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(7));
        ConnectionSettings other = ConnectionSettings.parse("postgresql://app@%2frun%2F/music");
        assertThat(other.node()).hasToString("/run/.s.PGSQL.5432");
        assertThat(other).hasToString("postgresql://%2Frun%2F:5432/music?sslmode=prefer");
        assertThat(ConnectionSettings.parse("postgresql://app@run/music").isUnixSocket())
                .isFalse();
    }

    @Test
    void refusesAPathThatNoUnixSocketCanHave() {
        String longest = "%2F" + "x".repeat(107 - "/".length() - "/.s.PGSQL.5432".length());
        assertThat(ConnectionSettings.parse("postgresql://app@" + longest + "/music")
                        .node()
                        .name())
                .hasSize(107);
        assertThatThrownBy(() -> ConnectionSettings.parse("postgresql://app@" + longest + "x/music"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("108 bytes")
                .hasMessageContaining("107");
    }

    @Test
    void hasDefaultsForWhatIsNotSaid() {
        ConnectionSettings settings = ConnectionSettings.parse("postgres://app@db/music");
        assertThat(settings.port()).isEqualTo(5432);
        assertThat(credentials(settings)).isEqualTo(new Credentials("app", ""));
        assertThat(settings.tls()).isEqualTo(TlsSettings.prefer());
        assertThat(settings.connectTimeout()).isEqualTo(ConnectionSettings.DEFAULT_CONNECT_TIMEOUT);
        assertThat(settings.applicationName()).isEqualTo("headgate");
        assertThat(settings.statementCacheSize()).isEqualTo(ConnectionSettings.DEFAULT_STATEMENT_CACHE_SIZE);
        assertThat(settings.resultLimit()).isEqualTo(new ResultLimit(1_000_000, 67_108_864));
        assertThat(settings.maxValueBytes()).isEqualTo(ConnectionSettings.DEFAULT_MAX_VALUE_BYTES);
    }

    @ParameterizedTest
    @CsvSource({"a%40b%3Ac%2F%3F%23%25, a@b:c/?#%", "a+b, a+b", "p%C3%A4ss, päss", "a:b, a:b", "'', ''", "a%20b, a b"})
    void readsPasswordsWithSpecialCharacters(String encoded, String password) {
        assertThat(credentials(ConnectionSettings.parse("postgresql://app:" + encoded + "@db/music"))
                        .password())
                .isEqualTo(password);
    }

    @Test
    void readsUserAndDatabasePercentEncoded() {
        ConnectionSettings settings = ConnectionSettings.parse("postgresql://a%40b:x@db/my%2Fmusic");
        assertThat(credentials(settings).user()).isEqualTo("a@b");
        assertThat(settings.database()).isEqualTo("my/music");
    }

    @Test
    void readsIpv6Hosts() {
        ConnectionSettings settings = ConnectionSettings.parse("postgresql://app:x@[2001:db8::1]:6432/music");
        assertThat(settings.host()).isEqualTo("2001:db8::1");
        assertThat(settings.node()).hasToString("[2001:db8::1]:6432");
        assertThat(ConnectionSettings.parse("postgresql://app:x@[::1]/music").port())
                .isEqualTo(5432);
    }

    @ParameterizedTest
    @CsvSource({
        "ssl_mode, sslmode",
        "sslrootcrt, sslrootcert",
        "connecttimeout, connect_timeout",
        "applicationname, application_name",
        "statementCacheSize, statement_cache_size",
        "max_value_byte, max_value_bytes"
    })
    void namesTheNearestParameterForATypo(String typo, String nearest) {
        assertThatThrownBy(() -> ConnectionSettings.parse("postgresql://app:s3cret@db/music?" + typo + "=1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("\"" + typo + "\"; nearest is \"" + nearest + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://app:s3cret@/music | has no host",
                "postgresql://app:s3cret@db:x/music | has no host",
                "postgresql://a:s3cret@db1:1,db2:2/music | has no host",
                "postgresql://db/music | names no user",
                "postgresql://:s3cret@db/music | user name is blank",
                "postgresql://app:s3cret@db | names no database",
                "postgresql://app:s3cret@db/ | names no database",
                "postgresql://app:s3cret@db:0/music | port 0",
                "postgresql://app:s3cret@db:70000/music | port 70000",
                "mysql://app:s3cret@db/music | begins with \"mysql\"",
                "//app:s3cret@db/music | has to begin with postgresql://",
                "postgresql://app:s3cret@db/music?sslmode | no value",
                "postgresql://app:s3cret@db/music?sslmode= | no value",
                "postgresql://app:s3cret@db/music?sslmode=on | verify-full",
                "postgresql://app:s3cret@db/music?sslmode=require&sslmode=require | twice",
                "postgresql://app:s3cret@db/music?sslmode=require&sslrootcert=x | checks no certificate",
                "postgresql://app:s3cret@db/music?sslmode=require&sslnegotiation=on | it is one of postgres, direct",
                "postgresql://app:s3cret@db/music?sslnegotiation=direct | sslmode is prefer, which may go without TLS",
                "postgresql://app:s3cret@db/music?sslmode=disable&sslnegotiation=direct | sslmode is disable",
                "postgresql://app:s3cret@%2Frun%2Fpg/music?sslmode=require | nothing there",
                "postgresql://app:s3cret@%2Frun%2Fpg/music?channel_binding=require | no TLS to bind to",
                "postgresql://app:s3cret@%2Frun%2Fpg:0/music | port 0",
                "postgresql://app:s3cret@%2Frun%2Fpg | names no database",
                "postgresql://%2Frun%2Fpg/music | names no user",
                "postgresql://app:s3cret@run%2Fpg/music | has no host",
                "postgresql://app:s3cret@db/music?connect_timeout=0 | from 1 to 86400",
                "postgresql://app:s3cret@db/music?connect_timeout=86401 | from 1 to 86400",
                "postgresql://app:s3cret@db/music? | a parameter without a name",
                "postgresql://app:s3cret@db/music?& | a parameter without a name",
                "postgresql://app:s3cret@db/music?=1 | a parameter without a name",
                "postgresql://app:s3cret@db/music?sslmode=require& | a parameter without a name",
                "postgresql://app:s3cret@db/music?connect_timeout=soon | connect_timeout=soon",
                "postgresql://app:s3cret@db/music?statement_cache_size=100001 | from 1 to 100000",
                "postgresql://app:s3cret@db/music?max_value_bytes=99999999999 | whole number"
            })
    void saysWhatIsWrongWithAUrl(String url, String problem) {
        assertThatThrownBy(() -> ConnectionSettings.parse(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem)
                .satisfies(ConnectionSettingsTest::hidesTheSecret);
    }

    /** URLs that people write by mistake, each with the password somewhere the parser does not expect it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://app:s3cret@db/mu sic",
                "postgresql://app:x@s3cret@%2Frun%2Fpg/music",
                "postgresql://app:x%2Fs3cret/music",
                "postgresql://app:s3cret%@db/music",
                "postgresql://app:s3cret#x@db/music",
                "postgresql://app:x#s3cret@db/music",
                "postgresql://app:s3cret?x@db/music",
                "postgresql://app:x?s3cret@db/music",
                "postgresql://app:5432?s3cret@db/music",
                "postgresql://app:x/s3cret@db/music",
                "postgresql://app:x@s3cret@db/music",
                "postgresql://app:s3cret\n@db/music",
                "postgresql://app:s3cret@db\n/music",
                "postgresql://app:s3cret",
                "postgresql://app:s3cret/music",
                "postgresql:/app:s3cret@db/music",
                "postgresql:app:s3cret@db/music",
                "app:s3cret@db:5432/music",
                "jdbc:postgresql://app:s3cret@db/music",
                "jdbc:postgresql://db/music?user=app&password=s3cret",
                "postgresql://db/music?user=app&password=s3cret",
                "postgresql://app@db/music?password=s3cret",
                "postgresql://app@db/music?PASSWORD=s3cret&x=1",
                "postgresql://app@db/music?sslpassword=s3cret",
                "postgresql://app@db/music?pasword=s3cret",
                "postgresql://app:s3cret@db/music?applicationname=a@b",
                "postgresql://app:x@y/z?s3cret=1@db/music",
                "postgresql://app:x@y/z?sslmode=s3cret@db/music",
                "postgresql://app:x@y/z?connect_timeout=s3cret#w@db/music",
                "postgresql://app:x@y/z#s3cret@db/music",
            })
    void neverShowsThePassword(String url) {
        assertThatThrownBy(() -> ConnectionSettings.parse(url))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(ConnectionSettingsTest::hidesTheSecret);
    }

    @Test
    void showsNoSecretItself() {
        ConnectionSettings settings = ConnectionSettings.parse("postgresql://app:s3cret@db/music");
        assertThat(settings.toString()).isEqualTo("postgresql://db:5432/music?sslmode=prefer");
        assertThat(new Credentials("app", SECRET)).hasToString("Credentials[app]");
    }

    @Test
    void takesOtherCredentialsAndEncryption() {
        ConnectionSettings settings = ConnectionSettings.parse("postgresql://app:x@db/music");
        Mono<Credentials> rotating = Mono.just(new Credentials("app", "y"));
        TlsSettings tls = new TlsSettings(TlsSettings.Mode.REQUIRE, null);
        assertThat(settings.credentials(rotating).tls(tls)).satisfies(changed -> {
            assertThat(changed.credentials()).isSameAs(rotating);
            assertThat(changed.tls()).isSameAs(tls);
            assertThat(changed.node()).isEqualTo(settings.node());
        });
        assertThat(settings.tls()).isEqualTo(TlsSettings.prefer());
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThatThrownBy(() -> settings(" ", 1, "d", Duration.ofSeconds(1), 1, 1))
                .hasMessageContaining("host");
        assertThatThrownBy(() -> settings("h", 65_536, "d", Duration.ofSeconds(1), 1, 1))
                .hasMessageContaining("65536");
        assertThatThrownBy(() -> settings("h", 1, " ", Duration.ofSeconds(1), 1, 1))
                .hasMessageContaining("database");
        assertThatThrownBy(() -> settings("h", 1, "d", Duration.ZERO, 1, 1)).hasMessageContaining("connectTimeout");
        // more nanoseconds than a timer counts
        assertThatThrownBy(() -> settings("h", 1, "d", Duration.ofDays(110_000), 1, 1))
                .hasMessageContaining("connectTimeout");
        assertThatThrownBy(() -> settings("h", 1, "d", Duration.ofSeconds(1), 0, 1))
                .hasMessageContaining("statementCacheSize");
        assertThatThrownBy(() -> settings("h", 1, "d", Duration.ofSeconds(1), 1, 0))
                .hasMessageContaining("maxValueBytes");
    }

    /** Text after a NUL in the start-up message would become further parameters. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://app:s3cret@db/music?application_name=x%00options%00-c%20search_path=evil | application name",
                "postgresql://app%00options%00-c%20search_path=evil:s3cret@db/music | user name",
                "postgresql://app:s3cret%00@db/music | password",
                "postgresql://app:s3cret@db/music%00options%00-c%20search_path=evil | database name",
            })
    void refusesNulInAUrl(String url, String part) {
        assertThatThrownBy(() -> ConnectionSettings.parse(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the " + part + " contains a NUL character")
                .satisfies(ConnectionSettingsTest::hidesTheSecret);
    }

    @Test
    void refusesNulInEveryText() {
        assertThatThrownBy(() -> new Credentials("app\0options", SECRET))
                .hasMessageContaining("user name contains a NUL");
        assertThatThrownBy(() -> new Credentials("app", SECRET + "\0")).hasMessageContaining("password contains a NUL");
        assertThatThrownBy(() -> settings("h\0", 1, "d", Duration.ofSeconds(1), 1, 1))
                .hasMessageContaining("host contains a NUL");
        assertThatThrownBy(() -> settings("h", 1, "d\0", Duration.ofSeconds(1), 1, 1))
                .hasMessageContaining("database name contains a NUL");
    }

    @Test
    void checksACertificateOnlyInModesThatUseIt() {
        for (TlsSettings.Mode mode : TlsSettings.Mode.values()) {
            if (mode.parameter().startsWith("verify")) {
                assertThat(new TlsSettings(mode, Path.of("ca.pem")).rootCertificate())
                        .isEqualTo(Path.of("ca.pem"));
            } else {
                assertThatThrownBy(() -> new TlsSettings(mode, Path.of("ca.pem")))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("ca.pem")
                        .hasMessageContaining(mode.parameter());
            }
        }
    }

    @Test
    void readsHowEncryptionBegins() {
        String url = "postgresql://app@h/d?sslmode=verify-full";
        assertThat(ConnectionSettings.parse(url).tls().negotiation()).isEqualTo(TlsSettings.Negotiation.POSTGRES);
        assertThat(ConnectionSettings.parse(url + "&sslnegotiation=direct")
                        .tls()
                        .negotiation())
                .isEqualTo(TlsSettings.Negotiation.DIRECT);
    }

    @Test
    void takesATimeZoneThatJavaAndPostgresqlUnderstandAlike() {
        String url = "postgresql://app@h/d?time_zone=";
        assertThat(ConnectionSettings.parse("postgresql://app@h/d").timeZone()).isNull();
        assertThat(ConnectionSettings.parse(url + "Asia/Kathmandu").timeZone()).isEqualTo("Asia/Kathmandu");
        assertThat(ConnectionSettings.parse(url + "UTC").timeZone()).isEqualTo("UTC");
        assertThat(ConnectionSettings.parse(url + "jvm").timeZone())
                .isEqualTo(java.util.TimeZone.getDefault().getID());
        for (String wrong : new String[] {"%2B02:00", "GMT%2B2", "Z", "Mars/Olympus", "UTC%00options"}) {
            assertThatThrownBy(() -> ConnectionSettings.parse(url + wrong))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("give a name such as Europe/Berlin or UTC");
        }
    }

    @Test
    void readsTheZoneAndTheWeightOfTheNode() {
        ConnectionSettings plain = ConnectionSettings.parse("postgresql://app@h/d");
        assertThat(plain.node()).isEqualTo(Node.of("h", 5432));
        Node node = ConnectionSettings.parse("postgresql://app@h/d?zone=eu-1a&weight=200")
                .node();
        assertThat(node).isEqualTo(Node.of("h", 5432).inZone("eu-1a").withWeight(200));
        assertThat(plain.placed("eu-1a", 200).tls(TlsSettings.prefer()).node()).isEqualTo(node);
        assertThatThrownBy(() -> ConnectionSettings.parse("postgresql://app@h/d?weight=0"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("weight=0; it is a whole number from 1 to 1000");
        assertThatThrownBy(() -> plain.placed(null, 1_001)).hasMessageContaining("weight is 1001");
    }

    private static ConnectionSettings settings(
            String host, int port, String database, Duration timeout, int cacheSize, int maxBytes) {
        Mono<Credentials> credentials = Mono.just(new Credentials("app", ""));
        return new ConnectionSettings(
                host,
                port,
                database,
                credentials,
                TlsSettings.prefer(),
                timeout,
                "test",
                cacheSize,
                maxBytes,
                ResultLimit.DEFAULT,
                null,
                LoginSettings.defaults(),
                null,
                Node.DEFAULT_WEIGHT);
    }

    private static Credentials credentials(ConnectionSettings settings) {
        return settings.credentials().block();
    }

    /** Checks the message, the causes and the stack trace. */
    private static void hidesTheSecret(Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(SECRET);
    }
}
