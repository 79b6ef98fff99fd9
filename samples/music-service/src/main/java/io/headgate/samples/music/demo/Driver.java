package io.headgate.samples.music.demo;

import java.util.Locale;

/** The R2DBC drivers that the service can run on; only the URL selects one. */
enum Driver {
    HEADGATE("headgate", "r2dbc:headgate://%s?maxConnections=%d&maxWaiting=10000"),
    R2DBC_POOL("r2dbc-pool", "r2dbc:pool:postgresql://%s?initialSize=1&maxSize=%d");

    private final String name;
    private final String url;

    Driver(String name, String url) {
        this.name = name;
        this.url = url;
    }

    /** The R2DBC URL for a database URL of the testkit, {@code postgresql://user:password@host:port/database}. */
    String url(String postgresUrl, int connections) {
        return String.format(Locale.ROOT, url, postgresUrl.substring("postgresql://".length()), connections);
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name;
    }
}
