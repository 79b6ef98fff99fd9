package io.headgate.client.r2dbc;

import io.headgate.core.IsolationLevel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Converts isolation levels between R2DBC and PostgreSQL. */
final class IsolationLevels {

    private IsolationLevels() {}

    static IsolationLevel ofR2dbc(io.r2dbc.spi.IsolationLevel level) {
        IsolationLevel known = named(level.asSql());
        if (known == null) {
            throw new IllegalArgumentException(
                    "the isolation level \"" + level.asSql() + "\" is unknown to PostgreSQL; it has"
                            + " READ UNCOMMITTED, which it runs as READ COMMITTED, REPEATABLE READ and SERIALIZABLE");
        }
        return known;
    }

    /** The level of a SQL name, or null if there is none. */
    static @Nullable IsolationLevel named(String name) {
        String sql = name.toUpperCase(Locale.ROOT).replaceAll("\\s+", " ");
        for (IsolationLevel known : IsolationLevel.values()) {
            if (known.sql().equals(sql)) {
                return known;
            }
        }
        return null;
    }

    /** Null is the server's default, which is read committed unless it was configured otherwise. */
    static io.r2dbc.spi.IsolationLevel toR2dbc(@Nullable IsolationLevel level) {
        return io.r2dbc.spi.IsolationLevel.valueOf((level == null ? IsolationLevel.READ_COMMITTED : level).sql());
    }

    /**
     * Whether a single statement needs its own transaction for this level. Every server runs it at read committed or more
     * anyway, so that level needs none.
     */
    static boolean isAboveReadCommitted(@Nullable IsolationLevel level) {
        return level == IsolationLevel.REPEATABLE_READ || level == IsolationLevel.SERIALIZABLE;
    }
}
