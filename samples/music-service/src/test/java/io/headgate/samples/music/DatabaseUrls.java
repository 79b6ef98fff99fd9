package io.headgate.samples.music;

import io.headgate.testkit.PostgresCluster;

/** One database through one PgBouncer, by each driver: eight connections, two seconds of waiting for one. */
final class DatabaseUrls {

    private DatabaseUrls() {}

    static String r2dbcPool(PostgresCluster cluster) {
        return "r2dbc:pool:" + cluster.primary().pooledUrl() + "?initialSize=1&maxSize=8&maxAcquireTime=PT2S";
    }

    static String headgate(PostgresCluster cluster) {
        return cluster.primary().pooledUrl().replace("postgresql://", "r2dbc:headgate://")
                + "?maxConnections=8&acquireTimeout=PT2S";
    }
}
