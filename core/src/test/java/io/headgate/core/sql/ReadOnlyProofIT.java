package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares proofs with a server that refuses writes: generated statements that are proven to read run in READ ONLY
 * transactions. {@code -Dheadgate.test.seed} and {@code -Dheadgate.test.long=true} (200,000 statements) test more statements.
 */
class ReadOnlyProofIT {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int STATEMENTS = Boolean.getBoolean("headgate.test.long") ? 200_000 : 3_000;
    private static final String WRITE_IN_READ_ONLY = "25006";

    private static PostgresCluster cluster;
    private static PostgresNode node;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().start();
        node = cluster.primary();
        StatementGenerator.SCHEMA.forEach(node::execute);
        String columns = keywords("true").stream()
                .map(word -> '"' + word + "\" int DEFAULT 1")
                .collect(Collectors.joining(", "));
        node.execute("CREATE TABLE words (" + columns + ")");
        node.execute("INSERT INTO words DEFAULT VALUES");
        for (String table : List.of("t", "u")) {
            node.execute("INSERT INTO " + table + " VALUES (1, 'x', '{\"a\": 1}', '{1,2}'), (2, 'from', '[]', '{}')");
        }
        node.execute("INSERT INTO sink VALUES (1)");
        node.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO app");
        node.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<String> keywords(String condition) {
        List<String> words = new ArrayList<>();
        for (Map<String, ?> row :
                node.query("SELECT word FROM pg_get_keywords() WHERE " + condition + " ORDER BY word")) {
            words.add(String.valueOf(row.get("word")));
        }
        return words;
    }

    private static Set<String> volatileFunctions() {
        return node.query("SELECT DISTINCT proname::text AS name FROM pg_proc WHERE provolatile = 'v'").stream()
                .map(row -> String.valueOf(row.get("name")))
                .collect(Collectors.toSet());
    }

    @Test
    void theBuiltInsExistAndOnlyTheNamedOnesAreVolatile() {
        Set<String> readers = Set.of(BuiltInFunctions.VOLATILE_READERS.trim().split("\\s+", -1));
        List<Map<String, Object>> rows =
                node.query("SELECT proname::text AS name, bool_or(provolatile = 'v') AS volatile"
                        + " FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY proname");
        Set<String> stable = new TreeSet<>();
        Set<String> unstable = new TreeSet<>();
        rows.forEach(
                row -> (Boolean.TRUE.equals(row.get("volatile")) ? unstable : stable).add((String) row.get("name")));
        assertThat(BuiltInFunctions.names()).hasSizeGreaterThan(400).allSatisfy(name -> {
            assertThat(readers.contains(name) ? unstable : stable).contains(name);
            assertThat(WritingFunctions.reasonAgainst(name)).isNull();
        });
    }

    @Test
    void whatIsProvenToReadRunsInAReadOnlyTransaction() throws SQLException {
        Set<String> volatileFunctions = volatileFunctions();
        StatementGenerator generator = new StatementGenerator(
                new Random(SEED), keywords("true"), keywords("barelabel"), keywords("catcode IN ('U', 'C')"));
        int reads = 0;
        int proven = 0;
        List<String> invalid = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(node.jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = on; SET statement_timeout = '5s'");
            for (int i = 0; i < STATEMENTS; i++) {
                StatementGenerator.Generated generated = generator.next();
                String what = "seed " + SEED + ", statement " + i + ": " + generated.sql();
                SqlAnalysis analysis = SqlAnalyzer.analyze(generated.sql());
                ReadOnlyProof proof = analysis.readOnlyProof();
                assertThat(names(analysis.tablesRead())).as(what).isEqualTo(generated.reads());
                reads += generated.writes() ? 0 : 1;
                if (!isProven(proof, volatileFunctions)) {
                    assertThat(proof.isProvenByTextAlone()).as(what).isFalse();
                    continue;
                }
                assertThat(generated.writes()).as("writes, " + what).isFalse();
                proven++;
                try {
                    statement.execute(generated.sql());
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).as(what).isNotEqualTo(WRITE_IN_READ_ONLY);
                    invalid.add(e.getMessage() + " in " + what);
                }
            }
        }
        assertThat(proven).as("proven of %d reads, seed %d", reads, SEED).isGreaterThan(reads * 9 / 10);
        assertThat(reads).isBetween(STATEMENTS / 3, STATEMENTS * 9 / 10);
        assertThat(invalid).as("statements that the server does not take").hasSizeLessThan(STATEMENTS / 50);
    }

    private static boolean isProven(ReadOnlyProof proof, Set<String> volatileFunctions) {
        return proof.isProven()
                && proof.functionsToCheck().stream().noneMatch(function -> volatileFunctions.contains(function.name()));
    }

    private static Set<String> names(Set<SqlName> tables) {
        return tables.stream().map(SqlName::toString).collect(Collectors.toSet());
    }
}
