package io.headgate.samples.music;

import io.headgate.testkit.PostgresCluster;

/** What a contract needs of the class that runs it. */
interface ServiceUnderTest {

    Api api();

    PostgresCluster cluster();

    /** The URL that the service runs on. */
    String databaseUrl();

    default long count(String table) {
        return Long.parseLong(cluster().primary().queryValue("SELECT count(*) FROM " + table));
    }
}
