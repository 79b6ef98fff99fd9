package io.headgate.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, as the tests that check it read it. */
record MarkdownPage(Path path, String text) {

    /** Tests run in the module's folder. */
    static final Path ROOT = Path.of("..");

    private static final List<String> AT_THE_ROOT =
            List.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md");

    private static final Pattern FENCED = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final Pattern INLINE_CODE = Pattern.compile("`[^`\\n]+`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");

    static MarkdownPage of(String name) throws IOException {
        Path file = ROOT.resolve(name);
        return new MarkdownPage(file, Files.readString(file));
    }

    /** Those at the root and all in {@code docs}. */
    static List<MarkdownPage> all() throws IOException {
        List<MarkdownPage> pages = new ArrayList<>();
        for (String name : AT_THE_ROOT) {
            pages.add(of(name));
        }
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                pages.add(new MarkdownPage(file, Files.readString(file)));
            }
        }
        return pages;
    }

    /**
     * A block of code.
     *
     * @param where page and line
     */
    record Code(String where, String code) {

        @Override
        public String toString() {
            return where;
        }
    }

    List<Code> code(String language) {
        List<Code> blocks = new ArrayList<>();
        Matcher block = FENCED.matcher(text);
        while (block.find()) {
            if (block.group(1).equals(language)) {
                long line = text.substring(0, block.start()).lines().count() + 1;
                blocks.add(new Code(path.getFileName() + ":" + line, block.group(2)));
            }
        }
        return blocks;
    }

    /** Targets of links and images. */
    List<String> links() {
        return LINK.matcher(
                        INLINE_CODE.matcher(FENCED.matcher(text).replaceAll("")).replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .toList();
    }

    /** The anchors of the headings, as GitHub makes them. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> seen = new HashMap<>();
        Matcher heading = HEADING.matcher(FENCED.matcher(text).replaceAll(""));
        while (heading.find()) {
            String anchor = heading.group(1)
                    .replace("`", "")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int before = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }

    /** The text from a heading to the next of any level. */
    String section(String heading) {
        int start = text.indexOf("# " + heading + "\n");
        if (start < 0) {
            throw new IllegalArgumentException(path + " has no heading \"" + heading + "\"");
        }
        Matcher next = HEADING.matcher(text);
        return text.substring(start, next.find(start + heading.length()) ? next.start() : text.length());
    }

    /** Rows of tables with so many columns, without their heads; a bar in a cell is not expected. */
    List<List<String>> rows(int columns) {
        return text.lines()
                .filter(line -> line.startsWith("|") && !line.startsWith("|-"))
                .map(line -> Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .filter(cells -> cells.size() == columns)
                .toList();
    }

    /** What stands in code font. */
    static List<String> inCodeFont(String text) {
        return INLINE_CODE
                .matcher(text)
                .results()
                .map(each -> each.group().substring(1, each.group().length() - 1))
                .toList();
    }

    @Override
    public String toString() {
        return path.getFileName().toString();
    }
}
