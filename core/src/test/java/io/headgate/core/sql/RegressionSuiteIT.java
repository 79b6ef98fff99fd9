package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headgate.testkit.PostgresCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Runs PostgreSQL's own regression suite. Each statement that is proven to read first runs in a READ ONLY transaction.
 * {@code -Dheadgate.test.regress} names the folder with the suite's {@code .sql} files; without it nothing runs. Statements may
 * fail: many are meant to, and the suite's data files and C functions are missing.
 */
class RegressionSuiteIT {
    private static final String FOLDER = System.getProperty("headgate.test.regress", "");

    /** Rows for COPY; parts with backslash escapes; psql commands that send the text before them; all other psql commands. */
    private static final Pattern COPY_ROWS =
            Pattern.compile("(?ims)^(copy\\b[^;]*\\bfrom\\s+stdin\\b[^;]*;)[^\n]*\n(?:.*?\n)??\\\\\\.$");

    private static final Pattern ESCAPES = Pattern.compile("(?is)set standard_conforming_strings (?:to|=) off;.*?"
            + "(?:set standard_conforming_strings (?:to|=) on|reset standard_conforming_strings);");
    private static final Pattern SENDS =
            Pattern.compile("(?m)\\\\(?:;|(?:g|gx|gset|gexec|gdesc|bind|crosstabview)\\b.*$)");
    private static final Pattern COMMANDS = Pattern.compile("(?m)^\\s*\\\\[a-zA-Z!?.].*$");
    private final List<String> writes = new ArrayList<>();
    private int statements;
    private int proven;
    private int compared;

    @Test
    void noStatementThatIsProvenToReadWrites() throws IOException, SQLException {
        assumeTrue(!FOLDER.isEmpty(), "-Dheadgate.test.regress names no folder");
        try (PostgresCluster cluster = PostgresCluster.builder().start();
                Stream<Path> files = Files.list(Path.of(FOLDER))) {
            cluster.primary().execute("ALTER ROLE app SUPERUSER");
            String url = cluster.primary().jdbcUrl() + "&preferQueryMode=simple&options=-c%20statement_timeout=5s";
            Comparator<Path> setUpFirst = Comparator.comparing(file -> !file.endsWith("test_setup.sql"));
            for (Path file :
                    files.sorted(setUpFirst.thenComparing(Path::getFileName)).toList()) {
                if (file.toString().endsWith(".sql")) {
                    run(file, url);
                }
            }
        }
        String summary = statements + " statements, " + proven + " proven, " + compared + " compared";
        System.out.println(summary);
        assertThat(writes).as(summary).isEmpty();
        assertThat(proven).as(summary).isGreaterThan(statements / 4);
        assertThat(compared).as(summary).isGreaterThan(proven / 2);
    }

    private void run(Path file, String url) throws IOException, SQLException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        text = ESCAPES.matcher(COPY_ROWS.matcher(text).replaceAll("$1")).replaceAll("");
        text = COMMANDS.matcher(SENDS.matcher(text).replaceAll(";")).replaceAll("");
        Connection connection = DriverManager.getConnection(url);
        try {
            for (StatementSpan span : SqlAnalyzer.analyze(text).statements()) {
                String sql = text.substring(span.start(), span.end());
                statements++;
                if (connection.isClosed()) {
                    connection = DriverManager.getConnection(url);
                }
                try (Statement statement = connection.createStatement()) {
                    statement.setEscapeProcessing(false);
                    if (isProvenToRead(sql, statement)) {
                        proven++;
                        compare(file.getFileName() + ": " + sql, sql, statement);
                    }
                    error(statement, sql);
                }
            }
        } finally {
            connection.close();
        }
    }

    private static boolean isProvenToRead(String sql, Statement statement) throws SQLException {
        ReadOnlyProof proof = SqlAnalyzer.analyze(sql).readOnlyProof();
        if (!proof.isProven() || state(statement) == TransactionState.FAILED) {
            return false;
        }
        String names =
                proof.functionsToCheck().stream().map(SqlName::name).collect(Collectors.joining("', '", "'", "'"));
        String found = "FROM pg_catalog.pg_proc WHERE provolatile = 'v' AND proname IN (" + names + ")";
        return proof.isProvenByTextAlone() || !isTrue(statement, "EXISTS (SELECT " + found + ")");
    }

    private void compare(String what, String sql, Statement statement) throws SQLException {
        boolean within = state(statement) == TransactionState.OPEN;
        statement.execute(within ? "SAVEPOINT comparison; SET LOCAL transaction_read_only = on" : "BEGIN READ ONLY");
        String error = error(statement, sql);
        statement.execute(within ? "ROLLBACK TO SAVEPOINT comparison; RELEASE SAVEPOINT comparison" : "ROLLBACK");
        if (error.equals("25006")) {
            writes.add(what);
        } else if (error.isEmpty()) {
            compared++;
            if (!within && takesTransactionId(sql, statement)) {
                writes.add("takes a transaction id, " + what);
            }
        }
    }

    /** Whether the statement gets a transaction id, as writes to temporary tables do; READ ONLY transactions allow these. */
    private static boolean takesTransactionId(String sql, Statement statement) throws SQLException {
        statement.execute("BEGIN");
        boolean takes = error(statement, sql).isEmpty()
                && isTrue(statement, "pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL");
        statement.execute("ROLLBACK");
        return takes;
    }

    private static TransactionState state(Statement statement) throws SQLException {
        return statement.getConnection().unwrap(BaseConnection.class).getTransactionState();
    }

    private static boolean isTrue(Statement statement, String condition) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT " + condition)) {
            return result.next() && result.getBoolean(1);
        }
    }

    /** The error's SQLSTATE, or an empty text. */
    private static String error(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return "";
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        }
    }
}
