package io.headgate.client;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node of a list such as {@code 10.0.0.1:6432,db2,[::1]:6433}; a host such as {@code /run/postgresql} is a folder of unix sockets. */
record HostAndPort(String host, int port) {

    private static final Pattern NODE =
            Pattern.compile("(?:\\[([^\\[\\]]+)]|(/[^:,]*|[^:\\[\\]\\s]+))(?::(\\d{1,5}))?");

    /** @param defaultPort the port of nodes without one */
    static List<HostAndPort> list(String text, int defaultPort) {
        List<HostAndPort> nodes = new ArrayList<>();
        String[] parts = text.split(",", -1);
        for (String part : parts) {
            Matcher node = NODE.matcher(part.strip());
            if (!node.matches()) {
                // not shown: part of a password that is not percent-encoded may be in the place of the port
                throw new IllegalArgumentException(
                        "the option host is malformed in its part " + (nodes.size() + 1) + " of "
                                + parts.length + "; write host, host:port or [address]:port, separated by commas, and"
                                + " percent-encode special characters in user and password");
            }
            String host = node.group(1) != null ? node.group(1) : node.group(2);
            nodes.add(new HostAndPort(host, node.group(3) == null ? defaultPort : Integer.parseInt(node.group(3))));
        }
        return nodes;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
