package io.headgate.benchmarks.contender;

import java.util.List;
import java.util.Set;

/**
 * The registration of a contender.
 *
 * @param key its name in options, table and JSON
 * @param tunings the tunings that calibration tries
 * @param opener opens it
 * @param scenarios the scenarios that it takes part in
 * @param slowStatements whether {@link Scenario#MIXED} has its slow statements, or is the baseline without
 * @param virtualThreads whether it wants a JDK with virtual threads if there is one
 * @param replicas how many replicas it needs
 */
public record ContenderEntry(
        String key,
        List<Tuning> tunings,
        Opener opener,
        Set<Scenario> scenarios,
        boolean slowStatements,
        boolean virtualThreads,
        int replicas) {

    /** Sizes of a process's pool where five of them share the pooler's 25 server connections. */
    private static final List<Tuning> SHARED_POOLS = Tuning.ofConnections(5, 10, 20, 40);

    /** The tunings that calibration tries in a scenario. Headgate gets its fair share of connections, as its documentation recommends. */
    public List<Tuning> tuningsFor(Scenario scenario) {
        if (scenario != Scenario.USERS) {
            return tunings;
        }
        return key.startsWith("headgate") ? Tuning.ofConnections(5) : SHARED_POOLS;
    }

    /** Opens a contender with its own pool. */
    @FunctionalInterface
    public interface Opener {

        /** @param callers how many callers the process has */
        Contender open(Target target, Tuning tuning, int callers);
    }

    static ContenderEntry of(String key, List<Tuning> tunings, Opener opener, Scenario... scenarios) {
        return new ContenderEntry(key, tunings, opener, Set.of(scenarios), true, false, 0);
    }

    ContenderEntry withoutSlow() {
        return new ContenderEntry(key, tunings, opener, scenarios, false, virtualThreads, replicas);
    }

    ContenderEntry withVirtualThreads() {
        return new ContenderEntry(key, tunings, opener, scenarios, slowStatements, true, replicas);
    }

    ContenderEntry withReplicas(int needed) {
        return new ContenderEntry(key, tunings, opener, scenarios, slowStatements, virtualThreads, needed);
    }
}
