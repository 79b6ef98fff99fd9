package io.headgate.samples.music.web;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Distinguishes a database that is unavailable from a wrong statement, for every driver. */
final class Availability {

    /** SQLSTATE classes: connection lost or refused, out of resources, operator's intervention. */
    private static final Set<String> UNAVAILABLE = Set.of("08", "53", "57");

    private Availability() {}

    static boolean isUnavailable(Throwable error) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof IOException || (at instanceof R2dbcException r2dbc && namesTheServer(r2dbc))) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesTheServer(R2dbcException error) {
        @Nullable String state = error.getSqlState();
        if (error instanceof R2dbcTransientException) {
            return true;
        }
        if (state != null && state.length() == 5) {
            return UNAVAILABLE.contains(state.substring(0, 2));
        }
        return error instanceof R2dbcNonTransientResourceException || error instanceof R2dbcTimeoutException;
    }
}
