package io.headgate.benchmarks.contender;

/** A row of the table that is looked up. */
public record Item(long id, String title) {

    /** Ids run from 1 to this. */
    public static final int COUNT = 100_000;

    /** By primary key; a result without exactly one row is an error. */
    public static final String SELECT = "SELECT id, title FROM bench_item WHERE id = $1";

    /** The title in the row of an id. */
    public static String titleOf(long id) {
        return "Item number " + id;
    }

    /** Whether this is the requested row, as it was stored. */
    public boolean isOf(long wantedId) {
        // compares without building the text: that would add the benchmark's garbage to the library's
        return id == wantedId
                && title.startsWith("Item number ")
                && Long.parseLong(title, "Item number ".length(), title.length(), 10) == wantedId;
    }
}
