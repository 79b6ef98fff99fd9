package io.headgate.routing.catalog;

import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.SqlName;
import io.headgate.core.sql.StatementFacts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names whose use may write: of functions, by their volatility; of views, tables, types, operators and attributes, by the code behind
 * them. Names stand for all objects of that name, whatever their schema and arguments. Does not change after the constructor.
 */
final class HarmfulNames {

    /** They take a type as a value, so no text shows it. */
    private static final Set<String> OF_ANY_TYPE = Set.of(
            "pg_input_is_valid",
            "pg_input_error_info",
            "domain_in",
            "domain_recv",
            "record_in",
            "array_in",
            "range_in");

    private final FunctionVolatility functions;
    private final Map<HiddenCode.Kind, Set<String>> found = new EnumMap<>(HiddenCode.Kind.class);
    private final List<NameInText> anywhere = new ArrayList<>();
    private final List<NameInText> withCallsInFrom = new ArrayList<>();

    /** @param hidden what runs code; a piece of code may use others, so this goes on until none is found */
    HarmfulNames(FunctionVolatility functions, List<HiddenCode> hidden) {
        this.functions = functions;
        for (HiddenCode.Kind each : HiddenCode.Kind.values()) {
            found.put(each, new HashSet<>());
        }
        List<HiddenCode> left = new ArrayList<>(hidden);
        while (left.removeIf(each -> isHarmful(each) && add(each))) {
            // the next round sees what this one found
        }
    }

    private boolean isHarmful(HiddenCode code) {
        StatementFacts query = code.query();
        SqlName function = code.function();
        String type = code.type();
        return (query != null && !proves(query))
                || (function != null && !isHarmless(function))
                || (type != null && of(HiddenCode.Kind.TYPE).contains(type))
                || (query == null && function == null && type == null);
    }

    private boolean add(HiddenCode code) {
        if (of(code.kind()).add(code.name())) {
            switch (code.kind()) {
                case OPERATOR -> anywhere.add(NameInText.operator(code.name()));
                case TYPE -> anywhere.add(NameInText.word(code.name()));
                case ATTRIBUTE -> anywhere.add(NameInText.attribute(code.name()));
                case SCALAR_ATTRIBUTE -> withCallsInFrom.add(NameInText.attribute(code.name()));
                case RELATION, FUNCTION, EVERYTHING -> {}
            }
        }
        return true;
    }

    private Set<String> of(HiddenCode.Kind kind) {
        return found.getOrDefault(kind, Set.of());
    }

    /** Whether a text only reads. */
    boolean proves(StatementFacts facts) {
        SqlAnalysis analysis = facts.analysis();
        return of(HiddenCode.Kind.EVERYTHING).isEmpty()
                && analysis.isProvenToRead(each -> isHarmless(each) || isColumn(each, analysis))
                && analysis.functions().stream().noneMatch(this::isHarmful)
                && analysis.tablesRead().stream().noneMatch(each -> isHarmfulRelation(each.name()))
                && !hasHarmfulName(facts.text(), analysis.callsInFrom());
    }

    /** A function that the catalog knows, none of whose name writes. */
    private boolean isHarmless(SqlName function) {
        return functions.isHarmless(function) && !isHarmful(function);
    }

    /** A function of PostgreSQL may be hidden or overloaded by one of this name that writes. */
    private boolean isHarmful(SqlName function) {
        String name = function.name();
        return functions.isHarmful(function)
                || (!functions.isAllowed(name) && of(HiddenCode.Kind.FUNCTION).contains(name))
                || (!of(HiddenCode.Kind.TYPE).isEmpty() && OF_ANY_TYPE.contains(name));
    }

    /** {@code (x).f} is a column if there is no function f. */
    private boolean isColumn(SqlName attribute, SqlAnalysis analysis) {
        return attribute.schema() == null
                && analysis.attributes().contains(attribute.name())
                && !functions.mayExist(attribute.name())
                && !NameInText.isCut(attribute.name());
    }

    private boolean isHarmfulRelation(String name) {
        Set<String> relations = of(HiddenCode.Kind.RELATION);
        return relations.contains(name) || (!relations.isEmpty() && NameInText.isCut(name));
    }

    private boolean hasHarmfulName(String text, boolean callsInFrom) {
        boolean attributesOfValues = callsInFrom && !withCallsInFrom.isEmpty();
        if (anywhere.isEmpty() && !attributesOfValues) {
            return false;
        }
        String folded = NameInText.fold(text);
        return NameInText.mayHaveEscapedNames(folded)
                || anywhere.stream().anyMatch(each -> each.isIn(folded))
                || (attributesOfValues && withCallsInFrom.stream().anyMatch(each -> each.isIn(folded)));
    }
}
