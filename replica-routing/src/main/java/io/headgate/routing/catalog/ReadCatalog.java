package io.headgate.routing.catalog;

import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementFacts;
import io.headgate.core.sql.TextCache;
import java.util.List;
import java.util.Set;

/**
 * Whether texts only read, with what the catalog of the database says: the volatility of functions; what views, row security policies,
 * defaults of arguments and checks of domains run; operators, casts, aggregates and attributes that call a volatile function. Immutable, but
 * for a cache of verdicts; safe for use by many threads.
 *
 * <p>In doubt a text is not a read: a name is taken for all functions and relations of that name, whatever their schema and arguments.
 */
public final class ReadCatalog {

    private final HarmfulNames harmful;
    private final TextCache<Boolean> verdicts = new TextCache<>(this::verdict);

    ReadCatalog(FunctionVolatility functions, List<HiddenCode> hidden) {
        this.harmful = new HarmfulNames(functions, hidden);
    }

    /** A catalog without functions, views and operators of users: what the text alone proves. */
    public static ReadCatalog empty() {
        return new ReadCatalog(FunctionVolatility.of(List.of(), Set.of(), Set.of()), List.of());
    }

    /** Whether the text only reads, and a replica gives the answer that the primary gives for the same state. */
    public boolean proves(StatementFacts facts) {
        return verdicts.of(facts.text());
    }

    private boolean verdict(String text) {
        return harmful.proves(StatementCatalog.of(text));
    }
}
