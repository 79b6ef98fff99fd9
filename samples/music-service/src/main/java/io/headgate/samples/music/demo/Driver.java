package io.headgate.samples.music.demo;

import java.util.Locale;

/** The R2DBC drivers that the service can run on; which one is a matter of the URL alone. */
enum Driver {
    HEADGATE("headgate", "Headgate", "r2dbc:headgate://%s?maxConnections=%d&maxWaiting=10000"),
    R2DBC_POOL("r2dbc-pool", "R2DBC Pool", "r2dbc:pool:postgresql://%s?initialSize=1&maxSize=%d");

    private final String name;
    private final String title;
    private final String url;

    Driver(String name, String title, String url) {
        this.name = name;
        this.title = title;
        this.url = url;
    }

    /** The URL for a database as the testkit names it, {@code postgresql://user:password@host:port/database}. */
    String url(String postgresUrl, int connections) {
        return String.format(Locale.ROOT, url, postgresUrl.substring("postgresql://".length()), connections);
    }

    /** As people write it. */
    String title() {
        return title;
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name;
    }
}
