package io.headgate.driver.netty;

import io.netty.handler.codec.DecoderException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters that a server reports of itself, such as its time zone. Confined to the connection's event loop. */
final class ServerParameters {

    /** PostgreSQL reports some fifteen; an endless list is no server. */
    private static final int MOST = 200;

    private final Map<String, String> values = new HashMap<>();

    /** The value reported last, or null. */
    @Nullable
    String get(String name) {
        return values.get(name);
    }

    /** Takes a reported value. */
    void put(String name, String value) {
        if (values.size() >= MOST) {
            throw new DecoderException("more than " + MOST + " parameters reported");
        }
        values.put(name, value);
    }
}
