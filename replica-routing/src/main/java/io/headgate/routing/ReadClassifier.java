package io.headgate.routing;

import io.headgate.core.Access;
import io.headgate.core.sql.StatementFacts;
import io.headgate.core.sql.TextCache;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether a statement may run on a replica: it is declared to read, or its text proves it. Texts that a replica has refused as writes are
 * remembered. Safe for use by many threads.
 */
final class ReadClassifier {

    /** Texts that a replica has refused. */
    private final TextCache<AtomicBoolean> refused = new TextCache<>(text -> new AtomicBoolean());

    private volatile boolean anyRefused;

    /** Whether it may run on a replica. */
    boolean reads(StatementFacts facts, Access access) {
        if (anyRefused && refused.of(facts.text()).get()) {
            return false;
        }
        return switch (access) {
            case READ -> true;
            case WRITE -> false;
            case AUTO -> facts.analysis().isProvenToRead();
        };
    }

    /** A replica has refused the text as a write. */
    void refused(StatementFacts facts) {
        anyRefused = true;
        refused.of(facts.text()).set(true);
    }
}
