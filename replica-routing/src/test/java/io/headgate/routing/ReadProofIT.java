package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.Access;
import io.headgate.core.sql.StatementCatalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the proof with what PostgreSQL does: generated statements run in READ ONLY transactions of a primary. None that is proven to read
 * may be refused as a write, unless the function that wrote is declared not to. 20 s, or 10 minutes with {@code -Dheadgate.test.long=true};
 * {@code -Dheadgate.test.seed} gives other statements.
 */
class ReadProofIT {

    private static final Logger logger = LoggerFactory.getLogger(ReadProofIT.class);

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final Duration TIME =
            Boolean.getBoolean("headgate.test.long") ? Duration.ofMinutes(10) : Duration.ofSeconds(20);
    private static final String REFUSED_WRITE = "25006";

    private static ProofDatabase database;

    private final Map<String, Integer> errors = new TreeMap<>();
    private final Map<String, String> examples = new TreeMap<>();
    private int statements;
    private int valid;
    private int proven;
    private int refused;
    private int harmless;
    private int harmlessProven;
    private int ofLiars;

    @BeforeAll
    static void start() {
        database = new ProofDatabase();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void whatIsProvenToReadIsNoWriteForPostgres() throws SQLException {
        SelectGenerator generator = new SelectGenerator(new Random(SEED));
        long end = System.nanoTime() + TIME.toNanos();
        try (Connection connection = database.connectToPrimary();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SET default_transaction_read_only = on");
            while (System.nanoTime() < end) {
                compare(generator.next(), statement);
            }
        }
        String summary =
                "seed %d: %d statements, %d valid, %d refused as writes, %d proven, %d of %d without a hazard proven, %d lies, errors %s"
                        .formatted(SEED, statements, valid, refused, proven, harmlessProven, harmless, ofLiars, errors);
        logger.info("{}\n{}", summary, examples);
        assertThat(valid).as(summary).isGreaterThan(statements * 6 / 10);
        assertThat(proven).as(summary).isGreaterThan(statements * 3 / 10);
        assertThat(refused).as(summary).isGreaterThan(statements / 20);
        assertThat(harmlessProven).as(summary).isGreaterThan(harmless * 98 / 100);
    }

    private void compare(SelectGenerator.Generated generated, Statement statement) throws SQLException {
        String sql = generated.sql();
        String what = "seed " + SEED + ", statement " + statements + ": " + sql;
        statements++;
        boolean reads = database.classifier().reads(StatementCatalog.of(sql), Access.AUTO);
        @Nullable PSQLException error = run(statement, sql);
        String state = error == null ? "" : String.valueOf(error.getSQLState());
        boolean isRefused = state.equals(REFUSED_WRITE);
        valid += error == null || isRefused ? 1 : 0;
        refused += isRefused ? 1 : 0;
        if (error != null && !isRefused) {
            errors.merge(state, 1, Integer::sum);
            examples.putIfAbsent(state, error.getMessage() + " in " + sql);
        }
        if (!generated.hazard() && (error == null || isRefused)) {
            harmless++;
            harmlessProven += reads ? 1 : 0;
            if (!reads) {
                examples.putIfAbsent("not proven", sql);
            }
        }
        if (!reads) {
            return;
        }
        proven++;
        assertThat(generated.effect()).as("has an effect, " + what).isFalse();
        if (error != null && isRefused && isLie(error)) {
            ofLiars++;
        } else {
            assertThat(state).as(what).isNotEqualTo(REFUSED_WRITE);
        }
    }

    private static @Nullable PSQLException run(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
            return null;
        } catch (PSQLException e) {
            return e;
        }
    }

    /** A function that is declared stable called one that writes. */
    private static boolean isLie(PSQLException error) {
        ServerErrorMessage message = error.getServerErrorMessage();
        return message != null && String.valueOf(message.getWhere()).contains("\"liar\"");
    }
}
