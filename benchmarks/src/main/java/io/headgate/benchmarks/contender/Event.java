package io.headgate.benchmarks.contender;

/** A row of the table that {@link Scenario#INSERT} fills. */
public final class Event {

    public static final String TABLE = "bench_event";

    public static final String INSERT = "INSERT INTO " + TABLE + " (item, note) VALUES ($1, $2)";

    public static final String NOTE = "played to the end";

    private Event() {}
}
