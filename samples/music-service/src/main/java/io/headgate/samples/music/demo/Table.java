package io.headgate.samples.music.demo;

import java.util.ArrayList;
import java.util.List;

/** Rows of a title and a cell for each column, as lines of text. */
final class Table {

    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    /** The first row is the columns' heads. */
    Table row(String title, List<String> cells) {
        List<String> row = new ArrayList<>();
        row.add(title);
        row.addAll(cells);
        rows.add(row);
        return this;
    }

    /** Titles on the left, cells on the right of their columns. */
    List<String> lines() {
        return rows.stream().map(this::line).toList();
    }

    private String line(List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            String padding = " ".repeat(width(column) - cell.length());
            line.append(GAP).append(column == 0 ? cell + padding : padding + cell);
        }
        return line.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
