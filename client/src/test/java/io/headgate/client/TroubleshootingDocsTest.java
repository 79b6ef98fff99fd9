package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages that {@code docs/troubleshooting.md} quotes are those of the code. */
class TroubleshootingDocsTest {

    private static final List<String> MODULES =
            List.of("core", "pool", "replica-routing", "client", "drivers/netty", "drivers/vertx", "drivers/r2dbc");

    /** Between two pieces of one literal. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

    /** What a message fills in: dots, a number, a count. */
    private static final Pattern FILLED_IN = Pattern.compile("\\.\\.\\.|\\[\\.\\.\\.]|\\bN\\b|\\d+");

    private static final int SHORTEST = 4;

    private static String literals() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : MODULES) {
            try (Stream<Path> files =
                    Files.walk(MarkdownPage.ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    all.append(Files.readString(file)).append('\n');
                }
            }
        }
        return JOINT.matcher(all).replaceAll("").replace("\\\"", "\"");
    }

    /** PostgreSQL's own begin with a SQLSTATE; the operating system's is quoted with ours. */
    private static boolean isOurs(String message) {
        return !message.matches("[0-9A-Z]{5}( .*)?");
    }

    @Test
    void areTheMessagesOfTheCode() throws IOException {
        String code = literals();
        List<String> missing = new ArrayList<>();
        int checked = 0;
        for (List<String> row : MarkdownPage.of("docs/troubleshooting.md").rows(3)) {
            for (String message : MarkdownPage.inCodeFont(row.get(0))) {
                if (!isOurs(message) || message.contains("Exception") || message.matches("[a-zA-Z_]+|.*\\(.*\\) .*")) {
                    continue;
                }
                checked++;
                for (String piece : FILLED_IN.split(message)) {
                    String text = piece.strip();
                    if (text.length() >= SHORTEST && !code.contains(text)) {
                        missing.add(message + " -> " + text);
                    }
                }
            }
        }
        assertThat(missing.stream().collect(Collectors.joining("\n"))).isEmpty();
        assertThat(checked).isGreaterThan(45);
    }
}
