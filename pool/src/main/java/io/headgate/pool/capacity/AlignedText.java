package io.headgate.pool.capacity;

import java.util.ArrayList;
import java.util.List;

/** Text in titled sections, with table cells aligned in columns. */
final class AlignedText {

    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();
    private final List<String[]> rows = new ArrayList<>();

    AlignedText line(String line) {
        flush();
        text.append(line).append('\n');
        return this;
    }

    AlignedText section(String title) {
        return line("").line(title);
    }

    AlignedText item(String item) {
        return line(INDENT + item);
    }

    /** Adds a row to the current table. The next line that is not a row ends the table. */
    AlignedText row(String... cells) {
        rows.add(cells);
        return this;
    }

    private void flush() {
        int columns = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(INDENT).append(row[i]).append(" ".repeat(widths[i] - row[i].length()));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        rows.clear();
    }

    @Override
    public String toString() {
        flush();
        return text.toString();
    }
}
