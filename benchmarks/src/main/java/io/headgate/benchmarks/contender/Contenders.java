package io.headgate.benchmarks.contender;

import java.util.Arrays;
import java.util.List;

/** Every contender that runs in its own JVM. To add one, add a line here. */
public final class Contenders {

    private static final Scenario[] STATEMENTS = {
        Scenario.LOOKUP, Scenario.MULTI, Scenario.MIXED, Scenario.UPDATE, Scenario.UPDATE_HOT, Scenario.INSERT
    };
    private static final Scenario[] WITH_TRANSACTIONS = with(with(STATEMENTS, Scenario.TRANSACTION), Scenario.SCRIPT);
    private static final Scenario[] ALL = with(WITH_TRANSACTIONS, Scenario.USERS);
    private static final String ROUTED = "headgate_routed";

    private static final List<Tuning> POOLS = Tuning.ofConnections(4, 8, 16, 32);
    private static final List<Tuning> PIPELINES = Tuning.ofPipelining(new int[] {4, 8, 16}, new int[] {16, 64, 256});

    private static final List<ContenderEntry> ENTRIES = List.of(
            ContenderEntry.of("headgate", POOLS, HeadgateClients::contender, with(ALL, Scenario.REPLICAS)),
            ContenderEntry.of(
                            ROUTED,
                            POOLS,
                            HeadgateClients::routedContender,
                            Scenario.LOOKUP,
                            Scenario.UPDATE,
                            Scenario.INSERT)
                    .withReplicas(1),
            ContenderEntry.of(ROUTED, POOLS, HeadgateClients::routedContender, Scenario.REPLICAS)
                    .withReplicas(2),
            ContenderEntry.of("headgate_vertx", POOLS, HeadgateClients::vertxContender, ALL),
            ContenderEntry.of("headgate_without_slow", POOLS, HeadgateClients::contender, Scenario.MIXED)
                    .withoutSlow(),
            ContenderEntry.of(
                    "headgate_capacity", Tuning.ofConnections(16), HeadgateClients::plannedContender, Scenario.LOOKUP),
            ContenderEntry.of("headgate_leases", POOLS, HeadgateClients::leasesContender, STATEMENTS),
            ContenderEntry.of("headgate_r2dbc_driver", POOLS, HeadgateClients::r2dbcDriverContender, STATEMENTS),
            ContenderEntry.of("headgate_r2dbc", POOLS, R2dbcContender::headgate, WITH_TRANSACTIONS),
            ContenderEntry.of("vertx_pool", POOLS, (at, tuning, callers) -> new VertxPoolContender(at, tuning), ALL),
            ContenderEntry.of(
                    "vertx_pooled_client",
                    PIPELINES,
                    (at, tuning, callers) -> new VertxPooledClientContender(at, tuning),
                    STATEMENTS),
            ContenderEntry.of("r2dbc_pool", POOLS, R2dbcContender::r2dbcPool, ALL),
            ContenderEntry.of(
                            "hikari_virtual",
                            POOLS,
                            (at, tuning, callers) -> new HikariContender(at, tuning),
                            WITH_TRANSACTIONS)
                    .withVirtualThreads(),
            ContenderEntry.of("spring_headgate", POOLS, SpringContender::onHeadgate, Scenario.SPRING),
            ContenderEntry.of("spring_r2dbc_pool", POOLS, SpringContender::onR2dbcPool, Scenario.SPRING));

    private Contenders() {}

    private static Scenario[] with(Scenario[] some, Scenario another) {
        Scenario[] all = Arrays.copyOf(some, some.length + 1);
        all[some.length] = another;
        return all;
    }

    /** The contenders of a scenario, in the order of the table. */
    public static List<ContenderEntry> of(Scenario scenario) {
        return ENTRIES.stream()
                .filter(entry -> entry.scenarios().contains(scenario))
                .toList();
    }

    /** The contender with this key, as it takes part in a scenario. */
    public static ContenderEntry named(String key, Scenario scenario) {
        return of(scenario).stream()
                .filter(entry -> entry.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no contender '" + key + "' in " + scenario.key()));
    }
}
