package io.headgate.core.driver;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import java.util.List;
import reactor.core.publisher.Mono;

/** A connection that can send several statements as one transaction in one round trip. Not every driver has one. */
public interface ScriptConnection extends DriverConnection {

    /**
     * Runs statements in the order given as one implicit transaction: all take effect or none. No transaction may be open. Stale
     * statements are re-prepared, unseen by the caller.
     *
     * @param statements one or more statements that read or change rows. None may need a table, a search path or the like from another
     *     one, because the server describes all parameters before the first one runs
     * @return a result for each statement, after all have taken effect
     */
    Mono<List<SqlResult>> atomically(List<SqlStatement> statements);
}
