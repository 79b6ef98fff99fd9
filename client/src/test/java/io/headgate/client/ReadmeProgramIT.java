package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.junit.SharedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program runs, through PgBouncer. */
@SharedPostgres(pooled = true)
class ReadmeProgramIT {

    private static final String URL_OF_THE_README = "postgresql://app:secret@127.0.0.1:6432/music";

    private final String url;

    @TempDir
    private Path classes;

    ReadmeProgramIT(PostgresCluster cluster) {
        url = cluster.primary().pooledUrl();
    }

    @Test
    void printsTheTrackThatItStored() throws Exception {
        String program = MarkdownPage.of("README.md").code("java").get(0).code();
        assertThat(program).contains(URL_OF_THE_README);
        assertThat(new SnippetCompiler(classes).errors("Main", program.replace(URL_OF_THE_README, url)))
                .isEmpty();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass("Main").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("Track[id=1, title=So What]");
    }
}
