package io.headgate.driver.netty;

import io.netty.handler.codec.DecoderException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters that the server reports, such as its time zone. Confined to the connection's event loop. */
final class ServerParameters {

    /** PostgreSQL reports some fifteen. More than this many are a protocol error. */
    private static final int MAX_PARAMETERS = 200;

    private final Map<String, String> values = new HashMap<>();

    /** The last reported value, or null. */
    @Nullable
    String get(String name) {
        return values.get(name);
    }

    /** Stores a reported value. */
    void put(String name, String value) {
        if (values.size() >= MAX_PARAMETERS) {
            throw new DecoderException("more than " + MAX_PARAMETERS + " parameters reported");
        }
        values.put(name, value);
    }
}
