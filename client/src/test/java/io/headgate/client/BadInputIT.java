package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.RowQuery;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is wrong is named, nothing is executed, and no connection is lost by it. */
@EveryRoute
class BadInputIT {

    private final Route route;
    private Headgate db;

    BadInputIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).maxConnections(1).build();
        works();
    }

    @AfterEach
    void close() {
        works();
        assertThat(db.poolState().open()).isEqualTo(1);
        assertThat(db.poolState().leased()).isZero();
        db.close().block();
    }

    /** On the same server connection as before: a process id would tell a lost one. */
    private void works() {
        assertThat(db.sql("SELECT 1")
                        .map(row -> row.require(0, Integer.class))
                        .one()
                        .block())
                .isEqualTo(1);
    }

    private static HeadgateException failure(RowQuery<?> query) {
        AtomicLong rows = new AtomicLong();
        try {
            query.all().doOnNext(row -> rows.incrementAndGet()).blockLast();
        } catch (HeadgateException e) {
            assertThat(rows).hasValue(0);
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
            return e;
        }
        throw new AssertionError("no error");
    }

    @Test
    void tooFewAndTooManyParameters() {
        assertThat(failure(db.sql("SELECT $1::int + $2::int").bind(1)))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("takes 2 parameters and 1 was bound")
                .hasMessageContaining("SELECT $1::int + $2::int");
        assertThat(failure(db.sql("SELECT $1::int").bind(1).bind(2)))
                .hasMessageContaining("takes 1 parameter and 2 were bound");
        assertThat(failure(db.sql("SELECT 1").bind(1))).hasMessageContaining("takes 0 parameters and 1 was bound");
    }

    @Test
    void parametersOfAnUnsupportedOrUnfittingType() {
        assertThat(failure(db.sql("SELECT $1::int").bind(new Object())))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("$1")
                .hasMessageContaining("java.lang.Object");
        if (DriverUnderTest.selected() == DriverUnderTest.NETTY) {
            // texts are sent as they are, in whichever of PostgreSQL's spellings
            assertThat(List.of(
                            failure(db.sql("SELECT $1::int").bind("abc")),
                            failure(db.sql("SELECT $1::int[]").bind(List.of("a")))))
                    .allSatisfy(error -> assertThat(error)
                            .isInstanceOfSatisfying(
                                    DatabaseException.class,
                                    e -> assertThat(e.sqlState()).isEqualTo("22P02")));
        } else {
            assertThat(failure(db.sql("SELECT $1::int").bind("abc")))
                    .isInstanceOf(ParameterException.class)
                    .hasMessageContaining("parameter $1 is a java.lang.String")
                    .hasMessageNotContaining("abc");
            assertThat(failure(db.sql("SELECT $1::int[]").bind(List.of("a")))).isInstanceOf(ParameterException.class);
        }
        assertThat(failure(db.sql("SELECT $1::int").bind(5_000_000_000L)))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("parameter $1");
        assertThat(failure(db.sql("SELECT $1::smallint").bind(40_000))).isInstanceOf(ParameterException.class);
        assertThat(failure(db.sql("SELECT $1::int").bind(1.5))).isInstanceOf(ParameterException.class);
    }

    @Test
    void syntaxErrorsAndTwoStatements() {
        assertThat(failure(db.sql("SELEKT 1")))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.sqlState()).isEqualTo("42601"))
                .hasMessageContaining("at or near \"SELEKT\"")
                .hasMessageContaining("at character 1");
        assertThat(failure(db.sql("SELECT 1; SELECT 2"))).hasMessageContaining("multiple commands");
        assertThat(failure(db.sql("SELECT * FROM nothing_of_that_name"))).hasMessageContaining("nothing_of_that_name");
        assertThatThrownBy(() -> db.sql("  ")).hasMessageContaining("blank");
    }

    @Test
    void valuesThatAreTooLargeOrHoldNul() {
        assertThat(failure(db.sql("SELECT length($1::text)").bind("x".repeat(100 * 1024 * 1024))))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("$1 has 104857600 bytes, more than max_value_bytes 67108864");
        assertThat(failure(db.sql("SELECT length($1::bytea)").bind(new byte[100 * 1024 * 1024])))
                .hasMessageContaining("104857600 bytes");
        assertThat(failure(db.sql("SELECT $1::text").bind("a\0b")))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("$1")
                .hasMessageContaining("has a NUL character at position 1");
        assertThat(failure(db.sql("SELECT $1::text").bind("a\ud83c")))
                .hasMessageContaining("half a surrogate pair at position 1");
        assertThatThrownBy(() -> db.sql("SELECT '\0'")).hasMessageContaining("NUL character at position 9");
    }

    @Test
    void copyOverTheConnection() {
        assertThat(failure(db.sql("COPY pg_class TO STDOUT"))).hasMessageContaining("COPY");
        assertThat(failure(db.sql("/* load */ copy pg_class from stdin"))).hasMessageContaining("COPY");
    }

    @Test
    void allowsALargeValueThatIsAskedFor() {
        Headgate large = DriverUnderTest.client()
                .node(route.url() + "?max_value_bytes=209715200")
                .maxConnections(1)
                .build();
        assertThat(large.sql("SELECT length($1::text)")
                        .bind("x".repeat(100 * 1024 * 1024))
                        .map(row -> row.require(0, Integer.class))
                        .one()
                        .block())
                .isEqualTo(100 * 1024 * 1024);
        assertThat(large.sql("SELECT repeat('x', $1)")
                        .bind(50 * 1024 * 1024)
                        .map(row -> row.require(0, String.class).length())
                        .one()
                        .block())
                .isEqualTo(50 * 1024 * 1024);
        large.close().block();
    }

    @Test
    void wrongHostPasswordAndDatabase() {
        String url = route.url();
        assertThat(connectFailure(url.replace("127.0.0.1", "no-such-host.invalid")))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("no-such-host.invalid");
        assertThat(connectFailure(url.replace("secret", "wr0ng-pass")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("\"app\"")
                .hasMessageContaining("password")
                .hasMessageNotContaining("wr0ng-pass");
        assertThat(connectFailure(url.replaceFirst("/app$", "/no_such_database")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no_such_database");
        assertThat(connectFailure("postgresql://app:secret@127.0.0.1:1/app"))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("127.0.0.1:1");
    }

    private static HeadgateException connectFailure(String url) {
        Headgate client = DriverUnderTest.client().node(url).build();
        try {
            return failure(client.sql("SELECT 1"));
        } finally {
            client.close().block();
        }
    }

    @Test
    void urlsWithATypo() {
        assertThatThrownBy(() -> DriverUnderTest.client().node(route.url() + "?sslmod=require"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("\"sslmod\"")
                .hasMessageContaining("nearest is \"sslmode\"")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> DriverUnderTest.client().node(route.url().replace("postgresql", "postgresq1")))
                .hasMessageContaining("postgresq1")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Headgate.builder().build()).hasMessageContaining("no node is set");
    }
}
