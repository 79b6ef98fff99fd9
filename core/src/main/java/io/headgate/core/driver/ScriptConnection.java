package io.headgate.core.driver;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import java.util.List;
import reactor.core.publisher.Mono;

/** A connection that can send several statements as one transaction in one round trip, which not every driver's can. */
public interface ScriptConnection extends DriverConnection {

    /**
     * Runs statements in the order given as one implicit transaction: all take effect or none. No transaction may be open. Stale prepared
     * statements are healed unseen.
     *
     * @param statements one or more that read or change rows; none may need what another one makes or sets, such as a table or a search
     *     path, since their parameters are described before they run
     * @return a result for each, once all have taken effect
     */
    Mono<List<SqlResult>> atomically(List<SqlStatement> statements);
}
