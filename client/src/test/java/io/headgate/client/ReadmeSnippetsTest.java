package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The README's Java compiles as it stands: its imports on top, a method as a member, everything else in a method. */
class ReadmeSnippetsTest {

    private static final Pattern SNIPPET = Pattern.compile("(?m)^```java\\n(.*?)^```", Pattern.DOTALL);

    /** What the text around the snippets speaks of without making it. */
    private static final String GIVEN =
            "io.headgate.driver.netty.NettyDriver nettyDriver, io.headgate.core.observe.DataAccessListener listener,"
                    + " String adminUrl, String url";

    @TempDir
    private Path classes;

    static Stream<String> snippets() throws IOException {
        return SNIPPET.matcher(Files.readString(Path.of("..", "README.md")))
                .results()
                .map((MatchResult found) -> found.group(1));
    }

    @Test
    void areFound() throws IOException {
        assertThat(snippets()).hasSizeGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void compile(String snippet) {
        String imports = lines(snippet, true);
        String code = lines(snippet, false);
        // the client is made by the snippet, or by one before it
        String client = code.contains("Headgate db =") ? "" : ", io.headgate.client.Headgate " + clientName(code);
        String body = code.strip().startsWith("@")
                ? code
                : "void use(" + GIVEN + client + ") throws Exception {\n" + code + "}\n";
        assertThat(errors(imports + "class Snippet {\n" + body + "}\n")).isEmpty();
    }

    private static String clientName(String code) {
        return code.contains("(db,") ? "db" : "client";
    }

    private static String lines(String snippet, boolean imports) {
        return snippet.lines()
                .filter(line -> line.startsWith("import ") == imports)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private String errors(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter output = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        boolean compiled = compiler.getTask(
                        output,
                        null,
                        null,
                        List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        List.of(file))
                .call();
        return compiled ? "" : output.toString();
    }
}
