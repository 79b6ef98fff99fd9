package io.headgate.core.topology;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A PgBouncer or PostgreSQL that a client uses, for metrics, logs, errors and receipts. {@link #toString} returns its name.
 *
 * @param name by default host and port
 * @param host host name, address, or the folder of a unix socket
 * @param port 1 to 65,535
 * @param zone its location, such as an availability zone; null if not given
 * @param weight its share of the work among equal nodes, 1 to 1,000; default 100
 */
public record Node(
        String name, String host, int port, @Nullable String zone, int weight) implements Serializable {

    /** Default weight. */
    public static final int DEFAULT_WEIGHT = 100;

    /** Maximum weight. */
    public static final int MAX_WEIGHT = 1_000;

    /** @throws IllegalArgumentException if a value is out of its range */
    public Node {
        Objects.requireNonNull(host, "host");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " of node " + name + " is not between 1 and 65535");
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of node " + host + ":" + port + " is blank; leave it out");
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "the weight of node " + name + " is " + weight + "; it has to be 1 to " + MAX_WEIGHT);
        }
    }

    /** A node whose name is its host and port. */
    public static Node of(String host, int port) {
        // an IPv6 address in brackets, as in a URL
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return new Node(shown + ":" + port, host, port, null, DEFAULT_WEIGHT);
    }

    /** This node with another name. */
    public Node named(String otherName) {
        return new Node(otherName, host, port, zone, weight);
    }

    /** This node in another zone. */
    public Node inZone(@Nullable String itsZone) {
        return new Node(name, host, port, itsZone, weight);
    }

    /** This node with another weight. */
    public Node withWeight(int share) {
        return new Node(name, host, port, zone, share);
    }

    @Override
    public String toString() {
        return name;
    }
}
