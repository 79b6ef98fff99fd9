package com.example.consumer;

import io.headgate.testkit.PostgresCluster;
import java.util.Map;

/** Gives the consumer a PgBouncer to ask, and makes sure that it was the one that was asked. */
public final class ConsumerOnCluster {

    private ConsumerOnCluster() {}

    public static void main(String[] arguments) {
        try (PostgresCluster cluster = PostgresCluster.builder().pooled(true).start()) {
            long before = queriesThroughPgBouncer(cluster);
            Consumer.main(new String[] {cluster.primary().pooledUrl()});
            long queries = queriesThroughPgBouncer(cluster) - before;
            System.out.println("queries through PgBouncer " + cluster.primary().bouncer().version() + ": " + queries);
            if (queries == 0) {
                throw new IllegalStateException("no query went through PgBouncer");
            }
        }
    }

    private static long queriesThroughPgBouncer(PostgresCluster cluster) {
        return cluster.primary().bouncer().show("STATS_TOTALS").stream()
                .filter(row -> "app".equals(row.get("database")))
                .map(row -> row.getOrDefault("query_count", row.get("total_query_count")))
                .mapToLong(Long::parseLong)
                .sum();
    }
}
