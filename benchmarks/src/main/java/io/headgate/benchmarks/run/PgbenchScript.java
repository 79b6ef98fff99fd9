package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.Item;
import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.contender.Tuning;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A script for pgbench: shows the limit that a client in C reaches.
 *
 * @param key its name in options, table and JSON
 * @param text the script
 * @param countedPerRun the count for one run of the script; its latency is that of the whole script
 */
record PgbenchScript(String key, String text, int countedPerRun) {

    private static final int PIPELINED = 10;
    private static final String DRAW = "\\set id%s random(1, " + Item.COUNT + ")\n";
    private static final String LOOKUP = "SELECT id, title FROM bench_item WHERE id = :id%s;\n";

    private static final PgbenchScript LOOKUPS =
            new PgbenchScript("pgbench_prepared", DRAW.formatted("") + LOOKUP.formatted(""), 1);

    private static final PgbenchScript PIPELINED_LOOKUPS = new PgbenchScript(
            "pgbench_pipelined",
            repeated(DRAW) + "\\startpipeline\n" + repeated(LOOKUP) + "\\endpipeline\n",
            PIPELINED);

    private static final PgbenchScript TRANSACTION = new PgbenchScript("pgbench_prepared", DRAW.formatted("") + """
            BEGIN;
            SELECT balance FROM bench_account WHERE id = :id;
            UPDATE bench_account SET balance = balance + 1 WHERE id = :id;
            SELECT balance FROM bench_account WHERE id = :id;
            COMMIT;
            """, 1);

    private static final PgbenchScript UPDATE = new PgbenchScript(
            "pgbench_prepared",
            DRAW.formatted("") + "UPDATE bench_account SET balance = balance + 1 WHERE id = :id;\n",
            1);

    private static final PgbenchScript INSERT = new PgbenchScript(
            "pgbench_prepared",
            DRAW.formatted("") + "INSERT INTO bench_event (item, note) VALUES (:id, 'played to the end');\n",
            1);

    private static String repeated(String line) {
        return IntStream.range(0, PIPELINED).mapToObj(line::formatted).collect(Collectors.joining());
    }

    /** The scripts of a scenario. */
    static List<PgbenchScript> of(Scenario scenario) {
        return switch (scenario) {
            case LOOKUP -> List.of(LOOKUPS, PIPELINED_LOOKUPS);
            case TRANSACTION, SCRIPT -> List.of(TRANSACTION);
            case UPDATE -> List.of(UPDATE);
            case INSERT -> List.of(INSERT);
            case MULTI, UPDATE_HOT, MIXED, REPLICAS, SPRING, BULK, USERS -> List.of();
        };
    }

    /** Each of pgbench's clients has its own connection, so these are also its callers. */
    List<Tuning> tunings() {
        return Tuning.ofConnections(4, 8, 16, 32);
    }
}
