package io.headgate.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlExecutor;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.node.LanesAndLeases;
import io.headgate.testkit.PostgresCluster;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;

/** What the text does not show: the catalog of a real database. */
class ReadCatalogIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static PostgresCluster cluster;
    private static SqlDriver driver;
    private static NodePool db;
    private static ReadCatalog catalog;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().start();
        driver = NettyDriver.withOwnLoops(DataAccessListener.NONE);
        ConnectionSettings settings = ConnectionSettings.parse(cluster.primary().url());
        db = LanesAndLeases.create(
                settings.node(),
                driver.connect(settings),
                PoolOptions.builder().build(),
                DataAccessListener.NONE,
                Schedulers.parallel());
        for (String each : """
                CREATE SCHEMA other;
                CREATE TABLE t (id int, name text);
                CREATE TABLE guarded (id int);
                CREATE TABLE guarded_well (id int);
                CREATE SEQUENCE s;
                CREATE FUNCTION pure(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
                CREATE FUNCTION looks() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM t';
                CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING 1';
                CREATE FUNCTION mixed(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
                CREATE FUNCTION mixed(text) RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING 1';
                CREATE FUNCTION other.elsewhere() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
                CREATE FUNCTION elsewhere() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING 1';
                CREATE FUNCTION lower(t) RETURNS text LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING $1.name';
                CREATE FUNCTION touched(t) RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING 1';
                CREATE FUNCTION plus(t, t) RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING 1';
                CREATE OPERATOR <@@> (LEFTARG = t, RIGHTARG = t, FUNCTION = plus);
                CREATE FUNCTION admits(int) RETURNS bool LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING true';
                CREATE DOMAIN ticket AS int CHECK (admits(VALUE));
                CREATE VIEW plain AS SELECT id FROM t WHERE id > 0;
                CREATE VIEW writing AS SELECT writes() AS w FROM t;
                CREATE VIEW numbering AS SELECT nextval('s') AS n FROM t;
                CREATE VIEW on_writing AS SELECT count(*) FROM writing;
                CREATE MATERIALIZED VIEW stored AS SELECT id FROM t;
                CREATE POLICY p ON guarded USING (admits(id));
                ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
                CREATE POLICY p ON guarded_well USING (id > 0);
                ALTER TABLE guarded_well ENABLE ROW LEVEL SECURITY
                """.split(";", -1)) {
            db.sql(each).update().block(SOON);
        }
        catalog = load(db);
    }

    private static ReadCatalog load(SqlExecutor executor) {
        return CatalogQueries.load(executor, Set.of(), Set.of()).block(SOON);
    }

    @AfterAll
    static void stop() {
        db.close(SOON).block(SOON);
        driver.close().block(SOON);
        cluster.close();
    }

    private static boolean proves(String sql) {
        return catalog.proves(StatementCatalog.of(sql));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT random(), now(), upper('A') FROM plain",
                "SELECT pure(id) FROM t",
                "SELECT looks()",
                "SELECT public.pure(1), other.elsewhere()",
                "SELECT * FROM plain JOIN stored USING (id)",
                "SELECT * FROM guarded_well",
                "WITH a AS (SELECT pure(1) AS n) SELECT sum(n) OVER () FROM a",
            })
    void readsAreProven(String sql) {
        assertThat(proves(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT writes()",
                "SELECT mixed(1)",
                "SELECT elsewhere()",
                "SELECT no_such_function()",
                "SELECT other.pure(1)",
                "SELECT lower(t) FROM t",
                "SELECT lower('A')",
                "SELECT t.touched FROM t",
                "SELECT (t).touched FROM t",
                "SELECT t.\"touched\" FROM t",
                "SELECT t.U&\"to\\0075ched\" FROM t",
                "SELECT a <@@> b FROM t a, t b",
                "SELECT a OPERATOR(public.<@@>) b FROM t a, t b",
                "SELECT id::ticket FROM t",
                "SELECT * FROM writing",
                "SELECT * FROM public.writing",
                "SELECT * FROM numbering",
                "SELECT * FROM on_writing",
                "TABLE writing",
                "SELECT * FROM guarded",
                "SELECT * FROM t WHERE EXISTS (SELECT FROM writing)",
            })
    void whatMayWriteIsNot(String sql) {
        assertThat(proves(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT writes()", "SELECT t.touched FROM t", "SELECT * FROM writing"})
    void allowedNamesAreHarmless(String sql) {
        ReadCatalog allowing =
                CatalogQueries.load(db, Set.of("writes", "touched"), Set.of()).block(SOON);
        assertThat(allowing.proves(StatementCatalog.of(sql))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "CREATE CAST (t AS text) WITH FUNCTION lower(t) AS IMPLICIT | DROP CAST (t AS text)",
                "CREATE CAST (t AS int) WITH FUNCTION touched(t) | DROP CAST (t AS int)",
                "CREATE OPERATOR = (LEFTARG = t, RIGHTARG = t, FUNCTION = plus) | DROP OPERATOR = (t, t)",
                "CREATE OPERATOR CLASS c FOR TYPE t USING hash AS FUNCTION 1 touched(t) | DROP OPERATOR FAMILY c USING hash",
            })
    void codeThatRunsWithoutASignInTheTextLeavesNothingProven(String create, String drop) {
        cluster.primary().execute(create);
        try {
            assertThat(load(db).proves(StatementCatalog.of("SELECT 1"))).isFalse();
        } finally {
            cluster.primary().execute(drop);
        }
        assertThat(load(db).proves(StatementCatalog.of("SELECT 1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT pure(1)", "SELECT upper('a')"})
    void deniedNamesAreNot(String sql) {
        ReadCatalog denying =
                CatalogQueries.load(db, Set.of(), Set.of("pure", "upper")).block(SOON);
        assertThat(denying.proves(StatementCatalog.of(sql))).isFalse();
    }
}
