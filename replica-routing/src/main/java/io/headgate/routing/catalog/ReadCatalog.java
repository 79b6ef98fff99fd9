package io.headgate.routing.catalog;

import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.SqlName;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementFacts;
import io.headgate.core.sql.TextCache;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether texts only read, with what the catalog of the database says: the volatility of functions; what views and row security policies
 * call; operators, casts, domains and attributes that call a volatile function. Immutable, but for a cache of verdicts; safe for use by many
 * threads.
 *
 * <p>In doubt a text is not a read: a name is taken for all functions and relations of that name, whatever their schema and arguments.
 */
public final class ReadCatalog {

    /** An expression in the catalog that runs when a relation is read: the query of a view, or the condition of a policy. */
    record Hidden(SqlName relation, String sql) {}

    private final FunctionVolatility functions;
    private final List<String> words;
    private final boolean castsWrite;
    private final Set<String> writingRelations;
    private final TextCache<Boolean> verdicts = new TextCache<>(this::verdict);

    /**
     * @param hidden what views and policies run
     * @param words operators, domains and attributes that call a volatile function: a text that has one of them is not proven
     * @param castsWrite whether a cast calls a volatile function. Casts need not show in a text, so none is proven then
     */
    ReadCatalog(FunctionVolatility functions, List<Hidden> hidden, Set<String> words, boolean castsWrite) {
        this.functions = functions;
        this.words = words.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
        this.castsWrite = castsWrite;
        this.writingRelations = new HashSet<>();
        findWritingRelations(hidden);
    }

    /** A catalog without functions, views and operators of users. */
    public static ReadCatalog empty() {
        return new ReadCatalog(FunctionVolatility.of(List.of(), Set.of(), Set.of()), List.of(), Set.of(), false);
    }

    /** A view that reads a writing view writes too, so this goes on until nothing is found. */
    private void findWritingRelations(List<Hidden> hidden) {
        List<Hidden> left = new ArrayList<>(hidden);
        boolean found = true;
        while (found) {
            found = left.removeIf(each -> {
                boolean writes = !proves(StatementCatalog.of(each.sql).analysis(), each.sql);
                if (writes) {
                    writingRelations.add(each.relation.name());
                }
                return writes;
            });
        }
    }

    /** Whether the text only reads. */
    public boolean proves(StatementFacts facts) {
        return verdicts.of(facts.text());
    }

    private boolean verdict(String text) {
        return proves(StatementCatalog.of(text).analysis(), text);
    }

    private boolean proves(SqlAnalysis analysis, String text) {
        return !castsWrite
                && analysis.isProvenToRead(functions::isHarmless)
                && analysis.functions().stream().noneMatch(functions::isHarmful)
                && analysis.tablesRead().stream().noneMatch(each -> writingRelations.contains(each.name()))
                && !hasWord(text);
    }

    private boolean hasWord(String text) {
        if (words.isEmpty()) {
            return false;
        }
        String folded = text.toLowerCase(Locale.ROOT);
        // U&"..." may spell any word
        return folded.contains("u&\"") || words.stream().anyMatch(folded::contains);
    }

    /** The views and tables whose reading may write. */
    Set<String> writingRelations() {
        return Set.copyOf(writingRelations);
    }
}
