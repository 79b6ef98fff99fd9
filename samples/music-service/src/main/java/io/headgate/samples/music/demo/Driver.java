package io.headgate.samples.music.demo;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The R2DBC drivers that the service can run on; which one is a matter of the URL alone. */
enum Driver {
    HEADGATE("headgate", "Headgate", 2, "r2dbc:headgate://%s?maxConnections=%d&maxWaiting=10000"),
    R2DBC_POOL("r2dbc-pool", "R2DBC Pool", 0, "r2dbc:pool:postgresql://%s?initialSize=1&maxSize=%d");

    private final String name;
    private final String title;
    private final int replicas;
    private final String url;

    Driver(String name, String title, int replicas, String url) {
        this.name = name;
        this.title = title;
        this.replicas = replicas;
        this.url = url;
    }

    /** How many replicas it has to read on: one that knows no replicas has none. */
    int replicas() {
        return replicas;
    }

    /**
     * The URL of a cluster.
     *
     * @param nodes its nodes as the testkit names them, {@code postgresql://user:password@host:port/database}
     */
    String url(List<String> nodes, int connections) {
        URI first = URI.create(nodes.get(0));
        String hosts = nodes.stream()
                .map(URI::create)
                .map(each -> each.getHost() + ":" + each.getPort())
                .collect(Collectors.joining(","));
        String cluster = first.getUserInfo() + "@" + hosts + first.getPath();
        return String.format(Locale.ROOT, url, cluster, connections);
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
