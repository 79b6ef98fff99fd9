package io.headgate.core.error;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A setting is wrong: a URL, a host, a password, a database, a certificate. Retrying does not help. */
public final class ConfigurationException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        this(message, null);
    }

    public ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause, Outcome.NOT_EXECUTED, false);
    }

    /**
     * Whether an unknown name differs from a known one by a typing error or two, ignoring case and hyphens. Such a name may be shown where
     * another could be part of a password.
     */
    public static boolean isMisspelt(String name, Collection<String> known) {
        return NearestName.isMisspelt(name, known);
    }

    /** The part of a message about an unknown name: the most similar known name, and all known names. */
    public static String nearest(String name, Collection<String> known) {
        return "nearest is \"" + NearestName.of(name, known) + "\", known are " + known;
    }
}
