package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the analysis of each statement in {@code sql/corpus.txt} with the expected result there. */
class SqlCorpusTest {
    record Entry(String sql, String expected) {
        boolean isRejectedByPostgres() {
            return expected.endsWith("; rejected");
        }

        String expectedFindings() {
            return expected.replace("; rejected", "");
        }

        @Override
        public String toString() {
            return sql;
        }
    }

    static List<Entry> corpus() {
        List<Entry> entries = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        for (String line : resource().split("\n", -1)) {
            if (line.startsWith("=> ")) {
                entries.add(new Entry(sql.toString(), line.substring(3)));
                sql.setLength(0);
            } else if (sql.length() > 0) {
                sql.append('\n').append(line);
            } else if (!line.isEmpty() && !line.startsWith("# ") && !line.equals("#")) {
                sql.append(line);
            }
        }
        return entries;
    }

    private static String resource() {
        try (InputStream in = Objects.requireNonNull(SqlCorpusTest.class.getResourceAsStream("/sql/corpus.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("sql/corpus.txt cannot be read", e);
        }
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void findsWhatTheCorpusSays(Entry entry) {
        assertThat(describe(SqlAnalyzer.analyze(entry.sql()))).isEqualTo(entry.expectedFindings());
    }

    @Test
    void theCorpusIsReadInFull() {
        assertThat(corpus())
                .hasSizeGreaterThan(500)
                .noneMatch(entry -> entry.sql().isBlank());
        assertThat(corpus().stream().filter(Entry::isRejectedByPostgres)).hasSizeGreaterThan(30);
    }

    static String describe(SqlAnalysis analysis) {
        StringBuilder found = new StringBuilder();
        found.append(analysis.kind())
                .append(' ')
                .append(analysis.readOnlyProof().verdict());
        append(found, "reads", analysis.tablesRead());
        append(found, "writes", analysis.tablesWritten());
        append(found, "calls", analysis.functions());
        append(
                found,
                "breaks",
                analysis.transactionModeViolations().stream()
                        .map(TransactionModeViolation::kind)
                        .collect(Collectors.toList()));
        if (analysis.highestParameter() > 0 || !analysis.hasAllParameters()) {
            found.append("; params ").append(analysis.highestParameter());
            found.append(analysis.hasAllParameters() ? "" : " with gaps");
        }
        found.append(analysis.copiesFromStdin() ? "; copies from stdin" : "");
        found.append(analysis.copiesToStdout() ? "; copies to stdout" : "");
        SqlProblem problem = analysis.problem();
        if (problem != null) {
            found.append("; problem at ").append(problem.position());
        }
        return found.toString();
    }

    private static void append(StringBuilder found, String label, Collection<?> items) {
        if (!items.isEmpty()) {
            found.append("; ").append(label).append(' ');
            found.append(items.stream().map(Object::toString).collect(Collectors.joining(", ")));
        }
    }
}
