package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.headgate.core.Consistency;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.routing.ReadPreference;
import io.headgate.routing.RoutingOptions;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    void aDriverThatDoesNotExistIsNoMissingArtifact() {
        assertThatThrownBy(() -> options("r2dbc:headgate:pool://app:s3cret@db.example/music")
                        .client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("which has its own; write r2dbc:headgate://user:password@host:6432/database");
        assertThatThrownBy(() -> options("r2dbc:headgate:failover://app:s3cret@db.example/music")
                        .client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no driver \"failover\"; found are [")
                .hasMessageContaining("leave the name out")
                .hasMessageNotContaining("headgate-driver-failover");
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
    @ValueSource(strings = {"", "netty", "vertx", "r2dbc", "postgresql"})
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
                .hasMessageContaining("netty");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxConnection=8 | unknown option \"maxConnection\"; nearest is \"maxConnections\"",
                "ssl_mode=disable | unknown option \"ssl_mode\"; nearest is \"sslMode\"",
                "max-connection=8 | unknown option \"max-connection\"; nearest is \"maxConnections\"",
                "lane=2 | nearest is \"lanes\"",
                "max-conections=8&applicationName=me@here | unknown option \"max-conections\"; nearest is \"maxConnections\"",
                "maxConections=8&applicationName=me@here | unknown option \"maxConections\"",
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
                "lanes=16&maxConnections=4 | lanes is 16 and maxConnections is 4",
                "acquireTimeout=5 | acquireTimeout is \"5\"; it has to be a time such as 500ms, 5s",
                "acquireTimeout=-5s | acquireTimeout",
                "sslMode=maybe | sslMode is \"maybe\"; it has to be one of disable, prefer, require, verify-ca, verify-full",
                "ssl=yes | ssl is \"yes\"; it has to be true or false",
                "transactionModeGuard=no | it has to be one of refuse, warn, off",
                "peakRequestsPerSecond=lots | peakRequestsPerSecond is \"lots\"; it has to be a number",
                "instances=0 | instances",
                "listener=mine | listener is \"mine\"; it has to be an instance of DataAccessListener, given in code",
                "laneDepth=0 | laneDepth",
                "sslRootCert=/x.pem | verify-full",
                "sslNegotiation=tunnel&sslMode=require | sslNegotiation is \"tunnel\"; it has to be one of postgres, direct",
                "sslnegotiation=direct | sslnegotiation is direct and sslmode is prefer",
                "requireAuth=scram | require_auth is \"scram\"; it is a list of",
                "require-auth=md5,!none | cannot stand together",
                "channelBinding=on | it is one of disable, prefer, require",
                "maxProtocolVersion=4 | it is one of 3.0, 3.2, latest",
                "requireAuth=md5&channelBinding=require | scram-sha-256 alone has",
            })
    void saysWhatIsWrongWithAValue(String query, String message) {
        assertThatThrownBy(() -> options(URL + "?" + query).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "applicationName=x%00options%00-c%20search_path=evil | application name contains a NUL",
                "sslMode=disable&ssl=true | sslMode is disable and ssl is true",
                "sslMode=prefer&ssl=true | sslMode is prefer and ssl is true",
                "sslMode=require&ssl=false | sslMode is require and ssl is false",
                "sslMode=verify-full&ssl=false | sslMode is verify-full and ssl is false",
                "sslMode=require&sslmode=require | the option sslMode is given twice",
                "maxConnections=8&max-connections=9 | the option maxConnections is given twice",
                "schema=music | ALTER ROLE app IN DATABASE music SET search_path",
                "currentSchema=music | ALTER ROLE app IN DATABASE music SET search_path",
                "options=lock_timeout=1s | ALTER ROLE",
                "socket=/tmp/.s.PGSQL.5432 | name the folder of the socket in host",
                "sslCert=x.pem | no client certificates",
                "ssl-key=x.pem | no client certificates",
            })
    void refusesWhatContradictsOrCannotBe(String query, String message) {
        assertThatThrownBy(() -> options(URL + "?" + query).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void theSchemeOfEncryptionContradictsModesWithout() {
        String url = URL.replace("r2dbc:", "r2dbcs:");
        options(url).client().close().block();
        options(url + "?sslMode=require").client().close().block();
        assertThatThrownBy(() -> options(url + "?sslMode=disable").client()).hasMessageContaining("r2dbcs:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "password", "database"})
    void refusesNulInOptionsOfCode(String name) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(URL)
                .mutate()
                .option(Option.valueOf(name), "s3cret\0options\0-c search_path=evil")
                .build();
        assertThatThrownBy(() -> new FactoryOptions(options).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NUL")
                .hasMessageNotContaining("s3cret");
    }

    /** Everything but what is refused, as it stands in R2DBC PostgreSQL's own list. */
    @Test
    void takesTheOtherDriversOptions() {
        Set<String> taken = new TreeSet<>();
        for (Field field : PostgresqlConnectionFactoryProvider.class.getFields()) {
            if (field.getType() == Option.class) {
                taken.add(nameOf(field));
            }
        }
        assertThat(taken).hasSizeGreaterThan(25);
        taken.removeAll(PostgresqlOptions.REFUSED.keySet());
        taken.remove("timeZone");
        for (String name : taken) {
            String value =
                    switch (name) {
                        case "sslMode", "sslmode" -> "require";
                        case "sslNegotiation", "sslnegotiation" -> "postgres";
                        case "sslRootCert" -> "/x.pem&sslMode=verify-full";
                        case "statementTimeout", "lockWaitTimeout" -> "PT1S";
                        case "fetchSize", "preparedStatementCacheQueries" -> "100";
                        default -> "true";
                    };
            assertThatCode(() -> options(URL + "?" + name + "=" + value)
                            .client()
                            .close()
                            .block())
                    .as(name)
                    .doesNotThrowAnyException();
        }
    }

    private static String nameOf(Field option) {
        try {
            return ((Option<?>) option.get(null)).name();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** The parser of R2DBC takes these apart in the wrong places, and no piece may be shown. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:headgate://app:s3cret/x@db.example:6432/music",
                "r2dbc:headgate://app:x/s3cret@db.example:6432/music",
                "r2dbc:headgate://app:s3cret#x@db.example:6432/music",
                "r2dbc:headgate://app:x#s3cret@db.example:6432/music",
                "r2dbc:headgate://app:s3cret?x@db.example:6432/music",
                "r2dbc:headgate://app:x?s3cret=1@db.example:6432/music",
                "r2dbc:headgate://app:x?maxConnections=s3cret@db.example:6432/music",
                "r2dbc:headgate://app:x@s3cret/y?z=1@db.example:6432/music",
                "r2dbc:headgate://app:x@y/s3cret?z=1@db.example:6432/music",
                "r2dbc:headgate://app:x@y/z?s3cret=1@db.example:6432/music",
                "r2dbc:headgate://app:x@y/z?maxConnections=s3cret@db.example:6432/music",
                "r2dbc:headgate://app:x@y:s3cret/z@db.example:6432/music",
                "r2dbc:headgate://app@db.example:s3cret/music",
            })
    void showsNoPieceOfAPasswordThatIsNotEncoded(String url) {
        assertThatThrownBy(() -> options(url).client().toString())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret")
                .hasMessageContaining("ercent-encode");
    }

    @Test
    void takesDemandsOnTheLogin() {
        options(
                        URL
                                + "?requireAuth=scram-sha-256,md5&channelBinding=prefer&sslMode=require&sslNegotiation=direct&maxProtocolVersion=3.2")
                .client()
                .close()
                .block();
        assertThatThrownBy(() -> options(URL + "?requireAuth=a%40s3cret").client())
                .hasMessageContaining("requireAuth")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void takesNamesWithHyphens() {
        FactoryOptions options = options(URL + "?max-connections=3&application-name=music&statement-timeout=2s");
        Headgate client = options.client();
        assertThat(client.poolState().maxConnections()).isEqualTo(3);
        assertThat(options.connectionDefaults().timeouts().statement()).isEqualTo(Duration.ofSeconds(2));
        client.close().block();
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
                "r2dbc:headgate://app:x@a:6432,a:6432/music | is set already",
                "r2dbc:headgate://app:x@a:6432,/music | the option host is malformed in its part 2 of 2",
            })
    void saysWhatIsMissingOrTooMuch(String url, String message) {
        assertThatThrownBy(() -> options(url).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void takesSeveralNodes() {
        Headgate client =
                options("r2dbc:headgate://app:x@a:6432,b:6433,c/music").client();
        assertThat(client).hasToString("Headgate[NodePool[a:6432], NodePool[b:6433], NodePool[c:5432]]");
        client.close().block();
    }

    @Test
    void takesZonesAndWeightsOfTheNodesInTheOrderOfTheHosts() {
        List<ConnectionSettings> nodes = options(
                        "r2dbc:headgate://app:x@a:6432,b:6433/music?nodeZones=eu-1a,eu-1b&nodeWeights=200,50")
                .builder()
                .config()
                .nodes();
        assertThat(nodes)
                .extracting(ConnectionSettings::node)
                .containsExactly(
                        Node.of("a", 6432).inZone("eu-1a").withWeight(200),
                        Node.of("b", 6433).inZone("eu-1b").withWeight(50));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nodeZones=eu-1a", "nodeZones=eu-1a,", "nodeWeights=1,2,3", "nodeWeights=1,0", "nodeWeights=1,x"
            })
    void namesTheOptionOfAWrongListForTheNodes(String option) {
        assertThatThrownBy(() ->
                        options("r2dbc:headgate://app:x@a,b/music?" + option).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option.split("=")[0]);
    }

    @Test
    void takesTheOptionsOfRouting() {
        RoutingOptions routing = options("r2dbc:headgate://app:x@a,b/music?read-preference=replica-only&consistency=5s"
                        + "&max-lag=10s&replica-wait=20ms&failover-wait=5s&zone=eu-1a&max-reads-on-primary=4"
                        + "&read-functions=rank_of,label&write-functions=audit")
                .builder()
                .config()
                .routing();
        assertThat(routing)
                .isEqualTo(new RoutingOptions(
                        ReadPreference.REPLICA_ONLY,
                        Consistency.boundedStaleness(Duration.ofSeconds(5)),
                        Duration.ofSeconds(10),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(5),
                        "eu-1a",
                        Set.of("rank_of", "label"),
                        Set.of("audit"),
                        4));
    }

    @ParameterizedTest
    @CsvSource({"eventual,EVENTUAL", "read-your-writes,READ_YOUR_WRITES", "strong,STRONG", "PT1S,BOUNDED_STALENESS"})
    void takesEachConsistency(String value, Consistency.Level level) {
        assertThat(options(URL + "?consistency=" + value)
                        .builder()
                        .config()
                        .routing()
                        .consistency()
                        .level())
                .isEqualTo(level);
    }

    @Test
    void saysWhichConsistencyThereIs() {
        for (String wrong : List.of("sometimes", "0s", "-5s")) {
            assertThatThrownBy(() -> options(URL + "?consistency=" + wrong).client())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "the option consistency is \"" + wrong
                                    + "\"; it has to be eventual, read-your-writes, strong, or how old a state may be, such as 5s");
        }
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
                Map.entry("listener", DataAccessListener.NONE),
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
