package io.headgate.pool.node;

import io.headgate.core.SqlExecutor;
import io.headgate.core.topology.Node;
import io.headgate.pool.capacity.CapacityController;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.capacity.PoolTargets;
import io.headgate.pool.lease.LeasePool;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * Plans a pool anew while it runs: every minute with the database's limits and the application's inputs, such as the number of
 * its instances; and at each tick with the measured load.
 *
 * <p>The plan is the ceiling, whatever is measured. Below it, connections are opened when needed. The load decides how many are
 * kept open, so that a burst finds them. Running work is not touched. Measured lease and statement times replace the plan's
 * assumptions.
 *
 * <p>All state but the count of ticks belongs to the leases' event queue. {@link #tick} is called by one thread at a time.
 */
final class CapacityRefresh {

    private static final Logger logger = LoggerFactory.getLogger(CapacityRefresh.class);

    /** Ticks from one read of the database's limits to the next. */
    private static final int LOOK = 6;

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Node node;
    private final SqlExecutor database;
    private final UnaryOperator<CapacityPlan.Builder> inputs;
    private final Scheduler runsInputs;
    private final BiConsumer<Integer, CapacityPlan> resize;
    private final LeasePool leases;
    private final DoubleSupplier laneNanos;
    private final MeasuredTime leaseTime = new MeasuredTime();
    private final MeasuredTime statementTime = new MeasuredTime();
    private CapacityController controller;
    private String current = "";
    private int ticks;

    /**
     * @param inputs sets the application's inputs on a builder; called for each plan
     * @param resize takes the number of lanes, and the plan for the other figures
     * @param laneNanos supplies the mean time for which a statement keeps a lane busy; 0 before the first
     */
    CapacityRefresh(
            Node node,
            SqlExecutor database,
            CapacityPlan first,
            UnaryOperator<CapacityPlan.Builder> inputs,
            Scheduler runsInputs,
            BiConsumer<Integer, CapacityPlan> resize,
            LeasePool leases,
            DoubleSupplier laneNanos) {
        this.node = node;
        this.database = database;
        this.controller = CapacityController.of(first);
        this.inputs = inputs;
        this.runsInputs = runsInputs;
        this.resize = resize;
        this.leases = leases;
        this.laneNanos = laneNanos;
    }

    void tick() {
        if (ticks++ % LOOK == 0) {
            CapacityPlan.discover(database)
                    // the application's code may ask a service registry, which must not block an event loop
                    .publishOn(runsInputs)
                    .map(found -> inputs.apply(found.measured(leaseTime.mean(), statementTime.mean()))
                            .build())
                    .subscribe(
                            plan -> leases.run(() -> replan(plan)),
                            error -> logger.debug("{} cannot be planned anew now: {}", node, error.toString()));
        }
        leases.takeLoad(sample -> {
            controller = controller.observe(sample);
            leaseTime.observe(sample.serviceSeconds(), sample.arrivalsPerSecond());
            statementTime.observe(laneNanos.getAsDouble() / NANOS, 1);
            leases.keepOpen(controller.targets().leases());
        });
    }

    private void replan(CapacityPlan plan) {
        if (current.equals(plan.toString())) {
            return;
        }
        current = plan.toString();
        controller = controller.replan(plan);
        PoolTargets targets = controller.targets();
        resize.accept(targets.lanes(), plan);
        leases.keepOpen(targets.leases());
        // an appender that waits for this pool would stop its event queue
        runsInputs.schedule(() -> {
            logger.info("{}: {}", node, plan);
            plan.warnings().forEach(warning -> logger.warn("{}: {}", node, warning));
        });
    }
}
