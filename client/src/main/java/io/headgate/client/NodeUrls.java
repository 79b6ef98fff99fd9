package io.headgate.client;

import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Takes a URL of several hosts apart, as libpq has them: {@code postgresql://user:password@db1:6432,db2:6432/music?sslmode=require}. */
final class NodeUrls {

    /** The part before the hosts, the hosts, and the part behind. A password may have a comma, but no @, unless it is encoded. */
    private static final Pattern HOSTS = Pattern.compile("([a-z]+://(?:[^/?#]*@)?)([^/?#@]*)(.*)", Pattern.DOTALL);

    private NodeUrls() {}

    /** A URL for each host, with the same user, database and parameters. None is checked. */
    static List<String> ofEachHost(String url) {
        Matcher parts = HOSTS.matcher(Objects.requireNonNull(url, "url"));
        if (!parts.matches()) {
            return List.of(url);
        }
        return Stream.of(parts.group(2).split(",", -1))
                .map(host -> parts.group(1) + host + parts.group(3))
                .toList();
    }
}
