package io.headgate.testkit.internal;

/**
 * A host and a TCP port.
 *
 * @param host a host name or address
 * @param port a port, 1 to 65535
 */
public record Address(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
