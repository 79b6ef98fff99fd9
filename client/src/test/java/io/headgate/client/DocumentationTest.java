package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links lead somewhere, pages are short enough, and what a page names exists. */
class DocumentationTest {

    private static final int README_LINES = 150;
    private static final int README_BYTES = 8_000;
    private static final int ARCHITECTURE_LINES = 300;

    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z]\\w*[a-z](?:IT|Test))`");

    /** Classes of Headgate's own; those of others are not looked for. */
    private static final Pattern ERROR_NAME = Pattern.compile("`([A-Z]\\w*Exception)`");

    static List<MarkdownPage> pages() throws IOException {
        return MarkdownPage.all();
    }

    private static Set<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(MarkdownPage.ROOT)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java") || name.endsWith(".kt"))
                    .map(name -> name.substring(0, name.lastIndexOf('.')))
                    .collect(Collectors.toSet());
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadToFilesAndHeadings(MarkdownPage page) throws IOException {
        for (String link : page.links()) {
            if (link.matches("[a-z]+:.*")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path file = parts[0].isEmpty() ? page.path() : page.path().resolveSibling(parts[0]);
            assertThat(file).as(link).exists();
            if (parts.length > 1) {
                assertThat(new MarkdownPage(file, Files.readString(file)).anchors())
                        .as("headings of %s", file)
                        .contains(parts[1]);
            }
        }
    }

    @Test
    void linksAreFound() throws IOException {
        assertThat(MarkdownPage.of("README.md").links()).hasSizeGreaterThan(20);
        assertThat(MarkdownPage.of("docs/limits.md").anchors()).contains("not-there-yet", "after-alter-table");
    }

    @Test
    void theReadmeIsShort() throws IOException {
        String readme = MarkdownPage.of("README.md").text();
        assertThat(readme.lines()).hasSizeLessThanOrEqualTo(README_LINES);
        assertThat(readme.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(README_BYTES);
    }

    @Test
    void theArchitecturePageIsReadInOneGo() throws IOException {
        assertThat(MarkdownPage.of("ARCHITECTURE.md").text().lines()).hasSizeLessThanOrEqualTo(ARCHITECTURE_LINES);
    }

    @Test
    void theIndexHasEveryPage() throws IOException {
        List<String> indexed = MarkdownPage.of("docs/README.md").links();
        for (MarkdownPage page : pages()) {
            boolean isInDocs = page.path().getParent().endsWith("docs");
            if (isInDocs && !page.toString().equals("README.md")) {
                assertThat(indexed).contains(page.toString());
            }
        }
    }

    /** Every promise of guarantees.md has a test behind it. */
    @Test
    void theTestsThatPagesNameExist() throws IOException {
        Set<String> sources = sources();
        assertThat(TEST_NAME
                        .matcher(MarkdownPage.of("docs/guarantees.md").text())
                        .results())
                .hasSizeGreaterThan(30);
        for (MarkdownPage page : pages()) {
            List<String> named = TEST_NAME
                    .matcher(page.text())
                    .results()
                    .map(match -> match.group(1))
                    // how tests are named
                    .filter(name -> !name.matches("X(IT|Test|StressTest)"))
                    .filter(name -> !sources.contains(name))
                    .toList();
            assertThat(named).as("no such tests in " + page).isEmpty();
        }
    }

    @Test
    void everyRowOfTheGuaranteesNamesATest() throws IOException {
        List<List<String>> promises = MarkdownPage.of("docs/guarantees.md").rows(2);
        assertThat(promises)
                .filteredOn(row -> !row.get(0).equals("promise"))
                .allSatisfy(row -> assertThat(row.get(1)).matches("`\\w+(IT|Test)`(, `\\w+(IT|Test)`)*"));
    }

    /** The table of errors has all of Headgate's, and no page names one that is gone. */
    @Test
    void theErrorsThatPagesNameExist() throws IOException {
        String table = MarkdownPage.of("docs/transactions-and-errors.md").text();
        Set<String> ours = sources().stream()
                .filter(name -> name.endsWith("Exception"))
                .filter(DocumentationTest::isOfTheApi)
                .collect(Collectors.toSet());
        assertThat(ours).hasSizeGreaterThan(20);
        for (String each : ours) {
            assertThat(table).contains("`" + each + "`");
        }
        List<String> troubles = ERROR_NAME
                .matcher(MarkdownPage.of("docs/troubleshooting.md").text())
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(ours).containsAll(troubles);
    }

    private static boolean isOfTheApi(String name) {
        return Stream.of(
                        "core/src/main/java/io/headgate/core/error",
                        "pool/src/main/java/io/headgate/pool",
                        "pool/src/main/java/io/headgate/pool/guard",
                        "replica-routing/src/main/java/io/headgate/routing")
                .anyMatch(
                        folder -> Files.exists(MarkdownPage.ROOT.resolve(folder).resolve(name + ".java")));
    }
}
