package io.headgate.samples.music.demo;

import java.util.List;

/**
 * What the page shows while the demo runs.
 *
 * @param phase what the demo is at
 * @param sides the services, side by side
 */
record LiveView(String phase, List<SideView> sides) {

    /**
     * One service, in the last second unless said otherwise.
     *
     * @param driver its R2DBC driver
     * @param url where it is
     * @param requests requests of the demo's users
     * @param errors all requests of these users that have failed since the start
     * @param serverConnections connections of all PgBouncers to PostgreSQL, as PostgreSQL sees them
     * @param serverConnectionsBusy those with a transaction under way
     * @param serverConnectionsLimit most that the PgBouncers open
     * @param pool the driver's own figures
     */
    record SideView(
            String driver,
            String url,
            LiveFigures.Second requests,
            long errors,
            int serverConnections,
            int serverConnectionsBusy,
            int serverConnectionsLimit,
            PoolView pool) {}

    static LiveView of(String phase, List<Side> sides) {
        return new LiveView(phase, sides.stream().map(LiveView::of).toList());
    }

    private static SideView of(Side side) {
        ServerConnections.Seen connections = side.connections().latest();
        return new SideView(
                side.title(),
                side.url(),
                side.live().latest(),
                side.live().errors(),
                connections.open(),
                connections.busy(),
                Side.CONNECTIONS * side.nodes().size(),
                side.pool());
    }
}
