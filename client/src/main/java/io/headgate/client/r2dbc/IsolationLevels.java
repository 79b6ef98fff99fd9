package io.headgate.client.r2dbc;

import io.headgate.core.IsolationLevel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Isolation levels between R2DBC and PostgreSQL. */
final class IsolationLevels {

    private IsolationLevels() {}

    /** Read uncommitted is read committed, as PostgreSQL runs it. */
    static IsolationLevel ofR2dbc(io.r2dbc.spi.IsolationLevel level) {
        String sql = level.asSql().toUpperCase(Locale.ROOT);
        for (IsolationLevel known : IsolationLevel.values()) {
            if (known.sql().equals(sql)) {
                return known;
            }
        }
        if (sql.equals("READ UNCOMMITTED")) {
            return IsolationLevel.READ_COMMITTED;
        }
        throw new IllegalArgumentException("the isolation level \"" + level.asSql()
                + "\" is unknown to PostgreSQL; it has" + " READ COMMITTED, REPEATABLE READ and SERIALIZABLE");
    }

    /** Null is the server's default, which is read committed unless somebody has set it otherwise. */
    static io.r2dbc.spi.IsolationLevel toR2dbc(@Nullable IsolationLevel level) {
        return io.r2dbc.spi.IsolationLevel.valueOf((level == null ? IsolationLevel.READ_COMMITTED : level).sql());
    }
}
