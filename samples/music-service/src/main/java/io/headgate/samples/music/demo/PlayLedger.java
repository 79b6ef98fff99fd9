package io.headgate.samples.music.demo;

import io.headgate.testkit.PostgresNode;

/**
 * The plays in the database, read directly from PostgreSQL.
 *
 * @param counted the sum of the tracks' counters
 * @param recorded the rows of plays
 */
record PlayLedger(long counted, long recorded) {

    static PlayLedger read(PostgresNode node) {
        return new PlayLedger(
                number(node, "SELECT coalesce(sum(play_count), 0) FROM track"),
                number(node, "SELECT count(*) FROM play"));
    }

    private static long number(PostgresNode node, String sql) {
        return Long.parseLong(String.valueOf(node.queryValue(sql)));
    }

    boolean agreesWith(long confirmed) {
        return counted == confirmed && recorded == confirmed;
    }
}
