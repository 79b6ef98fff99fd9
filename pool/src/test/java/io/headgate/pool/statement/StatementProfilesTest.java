package io.headgate.pool.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.node.PoolFixture;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts may share a lane at all. */
class StatementProfilesTest {

    private static final int BOUND = 10_000;

    private final StatementProfiles profiles = new StatementProfiles();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT title FROM track WHERE id = $1",
                "WITH t AS (SELECT 1) SELECT * FROM t",
                "VALUES (1)",
                "TABLE track",
                "SELECT count(*), max(title) FROM track"
            })
    void sharesQuickReads(String text) {
        assertThat(quick(text).belongsOnLane()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO play(track_id) VALUES ($1) RETURNING id",
                "UPDATE track SET title = $1 WHERE id = $2",
                "DELETE FROM track WHERE id = $1",
                "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE",
                "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
                "SELECT * FROM track WHERE id = $1 FOR UPDATE",
                "SELECT * FROM track WHERE id = $1 FOR KEY SHARE",
                "SELECT nextval('s')",
                "SELECT count_a_play($1)",
                "SELECT pg_advisory_xact_lock(1)",
                "EXPLAIN ANALYZE DELETE FROM track",
                "EXPLAIN SELECT 1",
                "EXPLAIN DELETE FROM track",
                "NOTIFY changed",
                "SHOW transaction_read_only",
                "SELECT last_value FROM pg_sequences",
                "SELECT current_setting('transaction_read_only')",
                "SELECT setting FROM pg_settings WHERE name = 'transaction_read_only'"
            })
    void neverSharesWhatMayWriteOrLock(String text) {
        assertThat(quick(text).belongsOnLane()).isFalse();
        assertThat(quick(text).mayShare()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN",
                "COMMIT",
                "ROLLBACK",
                "SAVEPOINT a",
                "CREATE TABLE t(a int)",
                "CREATE TEMP TABLE t(a int)",
                "ALTER TABLE t ADD COLUMN b int",
                "DROP TABLE t",
                "VACUUM track",
                "SET search_path = music",
                "RESET ALL",
                "LISTEN changed",
                "PREPARE p AS SELECT 1",
                "DEALLOCATE ALL",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
                "LOAD 'auto_explain'",
                "CALL refresh()",
                "DO $$ BEGIN END $$",
                "LOCK TABLE track",
                "SELECT pg_advisory_lock(1)",
                "SELECT pg_try_advisory_lock(1)",
                "SELECT set_config('search_path', 'music', false)",
                "SELECT 1 INTO TEMP t",
                "SELECT 1; SELECT 2",
                "SELECT 'unfinished"
            })
    void neverSharesWhatLeavesSomethingBehindOrIsNotUnderstood(String text) {
        assertThat(quick(text).belongsOnLane()).isFalse();
        assertThat(quick(text).mayShare()).isFalse();
    }

    @Test
    void neverSendsABatchOverALane() {
        PoolFixture pool = new PoolFixture(
                PoolOptions.builder().maxConnections(2).lanes(1).minIdle(0).build());
        SqlStatement text = SqlStatement.of("SELECT title FROM track WHERE id = $1");
        pool.pool.execute(text.bind(1L)).block(Duration.ofSeconds(1));
        pool.pool.execute(text.bind(1L)).block(Duration.ofSeconds(1));
        assertThat(pool.server.connections())
                .as("a lease, and a lane for the next")
                .hasSize(2);
        pool.pool.execute(text.bind(1L)).block(Duration.ofSeconds(1));
        pool.pool.execute(text.batch(List.of(List.of(1L), List.of(2L)))).block(Duration.ofSeconds(1));
        assertThat(pool.server.connection(0).log()).hasSize(3);
        assertThat(pool.server.connection(1).log()).hasSize(1);
    }

    @Test
    void keepsOneProfileForATextUntilTheBoundIsReached() {
        StatementProfile first = profiles.of(SqlStatement.of("SELECT 0"));
        IntStream.range(1, BOUND).forEach(i -> profiles.of(SqlStatement.of("SELECT " + i)));
        assertThat(profiles.of(SqlStatement.of("SELECT 0"))).isSameAs(first);
        profiles.of(SqlStatement.of("SELECT " + BOUND));
        assertThat(profiles.of(SqlStatement.of("SELECT 0"))).isNotSameAs(first);
    }

    private StatementProfile quick(String text) {
        StatementProfile profile = profiles.of(SqlStatement.of(text));
        profile.observe(1, 1_000);
        return profile;
    }
}
