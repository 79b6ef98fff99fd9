package io.headgate.client;

import io.headgate.core.Access;
import io.headgate.core.CachePolicy;
import io.headgate.core.Priority;
import io.headgate.core.SqlStatement;
import io.headgate.core.StatementOptions;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ParameterException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The options in the comment at the start of a text: {@code /*headgate name=chart access=read timeout=2s * / SELECT ...} (without the
 * blank in the end of the comment). A malformed one is reported when the statement is run.
 */
final class OptionComment {

    private static final String START = "/*headgate";
    private static final String END = "*/";

    private static final Map<String, BiFunction<StatementOptions, OptionValue, StatementOptions>> SETTERS =
            new TreeMap<>(Map.of(
                    "name", (options, value) -> options.name(value.text()),
                    "access", (options, value) -> options.access(value.oneOf(Access.class)),
                    "consistency", (options, value) -> options.consistency(value.consistency()),
                    "timeout", (options, value) -> options.timeout(value.duration()),
                    "priority", (options, value) -> options.priority(value.oneOf(Priority.class)),
                    "idempotent", (options, value) -> options.idempotent(value.yesOrNo()),
                    "cache", (options, value) -> options.cache(CachePolicy.cached(value.duration()))));

    private final StatementOptions options;
    private final @Nullable String fault;

    private OptionComment(StatementOptions options, @Nullable String fault) {
        this.options = options;
        this.fault = fault;
    }

    static boolean isAtStartOf(String sql) {
        if (!sql.startsWith(START)) {
            return false;
        }
        int end = START.length();
        return sql.length() == end || Character.isWhitespace(sql.charAt(end)) || sql.startsWith(END, end);
    }

    /** Reads the comment of a text that {@linkplain #isAtStartOf begins with one}. */
    static OptionComment read(String sql) {
        int end = sql.indexOf(END, START.length());
        if (end < 0) {
            return new OptionComment(StatementOptions.none(), "it does not end");
        }
        try {
            return new OptionComment(options(sql.substring(START.length(), end).strip()), null);
        } catch (IllegalArgumentException malformed) {
            return new OptionComment(StatementOptions.none(), malformed.getMessage());
        }
    }

    private static StatementOptions options(String comment) {
        if (comment.isEmpty()) {
            throw new IllegalArgumentException("it has no options");
        }
        StatementOptions options = StatementOptions.none();
        Set<String> seen = new HashSet<>();
        for (String part : comment.split("\\s+")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            BiFunction<StatementOptions, OptionValue, StatementOptions> setter = SETTERS.get(name);
            if (setter == null) {
                throw new IllegalArgumentException(
                        "unknown option \"" + name + "\"; " + ConfigurationException.nearest(name, SETTERS.keySet()));
            }
            if (equals < 0 || !seen.add(name)) {
                throw new IllegalArgumentException(
                        "the option " + name + (equals < 0 ? " has no value" : " is given twice"));
            }
            options = setter.apply(options, new OptionValue(name, part.substring(equals + 1)));
        }
        return options;
    }

    /** @throws ParameterException if the comment is malformed */
    SqlStatement applyTo(SqlStatement statement) {
        if (fault != null) {
            throw new ParameterException("the comment with options at the start of the statement is malformed: " + fault
                    + ". Write it as " + START + " name=chart access=read timeout=2s" + END + ": " + statement.text());
        }
        return statement.with(own -> own.orElse(options));
    }
}
