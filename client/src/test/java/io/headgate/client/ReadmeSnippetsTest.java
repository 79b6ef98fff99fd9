package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.client.MarkdownPage.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Java of README and documentation compiles as it stands: a class as a file, a method as a member, everything else in a
 * method, its imports on top.
 */
class ReadmeSnippetsTest {

    private static final Pattern CLASS = Pattern.compile("(?m)^((?:public |final |abstract )*)class (\\w+)");
    private static final Pattern METHOD = Pattern.compile("(?m)^[\\w<>,\\[\\] ]+ \\w+\\(.*\\) \\{$");

    /** What the text around the snippets speaks of without making it. */
    private static final String GIVEN =
            "io.headgate.driver.netty.NettyDriver nettyDriver, io.headgate.core.observe.DataAccessListener listener,"
                    + " String adminUrl, String url";

    @TempDir
    private Path classes;

    static Stream<Code> snippets() throws IOException {
        return MarkdownPage.all().stream().flatMap(page -> page.code("java").stream());
    }

    @Test
    void areFound() throws IOException {
        assertThat(MarkdownPage.of("README.md").code("java")).hasSize(1);
        assertThat(snippets()).hasSizeGreaterThanOrEqualTo(25);
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void compile(Code snippet) {
        String imports = lines(snippet.code(), true);
        String code = lines(snippet.code(), false);
        Matcher type = CLASS.matcher(code);
        if (type.find()) {
            String file = type.group(1).contains("public") ? type.group(2) : "Snippet";
            assertThat(new SnippetCompiler(classes).errors(file, imports + code))
                    .isEmpty();
            return;
        }
        boolean isMember = METHOD.matcher(code).find();
        // the client is made by the snippet, or by one before it
        String client = code.contains("Headgate db =") ? "" : ", io.headgate.client.Headgate db";
        String body = isMember ? code : "void use(" + GIVEN + client + ") throws Exception {\n" + code + "}\n";
        assertThat(new SnippetCompiler(classes).errors("Snippet", imports + "class Snippet {\n" + body + "}\n"))
                .isEmpty();
    }

    private static String lines(String snippet, boolean imports) {
        return snippet.lines()
                .filter(line -> line.startsWith("import ") == imports)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
