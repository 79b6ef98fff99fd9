package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.Access;
import io.headgate.core.sql.StatementCatalog;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** The route of each statement of {@code statement-corpus.txt}, and what PostgreSQL says of those that go to a replica. */
class StatementCorpusIT {

    private static final String REFUSED_WRITE = "25006";

    private static ProofDatabase database;
    private static List<Entry> corpus;

    private record Entry(boolean onReplica, String why, String sql) {

        static Entry of(String line) {
            String[] parts = line.split("\\|", 3);
            assertThat(parts[0]).as(line).isIn("replica", "primary");
            return new Entry(parts[0].equals("replica"), parts[1], parts[2].replace('⏎', '\n'));
        }

        @Override
        public String toString() {
            return why + ": " + sql;
        }
    }

    @BeforeAll
    static void start() {
        database = new ProofDatabase();
        corpus = ProofDatabase.lines("/statement-corpus.txt", "#").stream()
                .map(Entry::of)
                .toList();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private static List<Entry> expected(boolean onReplica) {
        return corpus.stream().filter(each -> each.onReplica() == onReplica).toList();
    }

    @Test
    void eachStatementGoesWhereItBelongs() {
        Set<String> seen = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        for (Entry each : corpus) {
            boolean reads = database.classifier().reads(StatementCatalog.of(each.sql()), Access.AUTO);
            if (reads != each.onReplica()) {
                wrong.add((reads ? "on a replica, " : "on the primary, ") + each);
            }
            if (!seen.add(each.sql())) {
                wrong.add("twice, " + each);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(corpus).hasSizeGreaterThan(500);
    }

    @Test
    void aReadOnlyTransactionOfThePrimaryTakesWhatGoesToAReplica() throws SQLException {
        try (Connection connection = database.connectToPrimary()) {
            assertThat(refused(connection, expected(true))).isEmpty();
        }
    }

    @Test
    void aReplicaTakesWhatGoesToAReplica() throws SQLException {
        try (Connection connection = database.connectToReplica()) {
            assertThat(refused(connection, expected(true))).isEmpty();
        }
    }

    /** Those that PostgreSQL refuses for another reason than a write show nothing; many do not, or the corpus would prove little. */
    @Test
    void aReadOnlyTransactionRefusesManyOfTheOthers() throws SQLException {
        try (Connection connection = database.connectToPrimary()) {
            List<String> writes = refused(connection, expected(false)).stream()
                    .filter(each -> each.startsWith(REFUSED_WRITE))
                    .toList();
            assertThat(writes).hasSizeGreaterThan(250);
        }
    }

    private static List<String> refused(Connection connection, List<Entry> entries) throws SQLException {
        List<String> refused = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (Entry each : entries) {
                statement.execute("BEGIN READ ONLY");
                try {
                    run(connection, statement, each.sql());
                } catch (SQLException e) {
                    refused.add(e.getSQLState() + " " + e.getMessage() + " for " + each);
                } finally {
                    statement.execute("ROLLBACK");
                }
            }
        }
        return refused;
    }

    private static void run(Connection connection, Statement statement, String sql) throws SQLException {
        if (!sql.startsWith("COPY")) {
            statement.execute(sql);
            return;
        }
        try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, OutputStream.nullOutputStream());
        } catch (java.io.IOException e) {
            throw new SQLException(e);
        }
    }
}
