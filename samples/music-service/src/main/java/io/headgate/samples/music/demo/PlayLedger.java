package io.headgate.samples.music.demo;

import io.headgate.testkit.PostgresNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plays in the database, read directly from PostgreSQL.
 *
 * @param counted the sum of the tracks' counters
 * @param recorded the rows of plays
 */
record PlayLedger(long counted, long recorded) {

    private static final String SQL = "SELECT (SELECT coalesce(sum(play_count), 0) FROM track) AS counted,"
            + " (SELECT count(*) FROM play) AS recorded";

    /** Both at the same moment. */
    static PlayLedger read(PostgresNode node) {
        Map<String, @Nullable Object> row = node.query(SQL).get(0);
        return new PlayLedger(number(row, "counted"), number(row, "recorded"));
    }

    private static long number(Map<String, @Nullable Object> row, String column) {
        return Long.parseLong(String.valueOf(row.get(column)));
    }

    /** Plays of which one half is there without the other: each is one transaction, so there must be none. */
    long halves() {
        return Math.abs(counted - recorded);
    }

    /**
     * Whether each play is counted and recorded or neither, every confirmed play is there, and no more than these and those without an
     * answer.
     */
    boolean agreesWith(Plays plays) {
        return halves() == 0
                && recorded >= plays.confirmedCount()
                && recorded <= plays.confirmedCount() + plays.unknownCount();
    }
}
