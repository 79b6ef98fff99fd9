package io.headgate.pool;

import io.headgate.core.SqlExecutor;
import io.headgate.pool.capacity.CapacityController;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.capacity.PoolTargets;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans a pool anew while it runs: every minute with the limits that the database tells and what the application knows by
 * then, such as the number of its instances; and at each tick from the load that was measured.
 *
 * <p>The plan is the ceiling, whatever is measured. Below it, connections are opened as they are needed; what is planned
 * from the load is how many are kept open, so that a burst finds them. Nothing that runs is touched.
 *
 * <p>All state but the count of ticks belongs to the leases' event queue. {@link #tick} is called by one thread at a time.
 */
final class Replanning {

    private static final Logger logger = LoggerFactory.getLogger(Replanning.class);

    /** Ticks from one look at the database's limits to the next. */
    private static final int LOOK = 6;

    private final String node;
    private final SqlExecutor database;
    private final UnaryOperator<CapacityPlan.Builder> inputs;
    private final BiConsumer<Integer, Integer> resize;
    private final LeasePool leases;
    private CapacityController controller;
    private String told = "";
    private int ticks;

    /**
     * @param inputs puts what the application knows into a builder; asked again each time
     * @param resize takes the numbers of lanes and leases
     */
    Replanning(
            String node,
            SqlExecutor database,
            CapacityPlan first,
            UnaryOperator<CapacityPlan.Builder> inputs,
            BiConsumer<Integer, Integer> resize,
            LeasePool leases) {
        this.node = node;
        this.database = database;
        this.controller = CapacityController.of(first);
        this.inputs = inputs;
        this.resize = resize;
        this.leases = leases;
    }

    void tick() {
        if (ticks++ % LOOK == 0) {
            CapacityPlan.discover(database)
                    .map(found -> inputs.apply(found).build())
                    .subscribe(
                            plan -> leases.run(() -> replan(plan)),
                            error -> logger.debug("{} cannot be planned anew now: {}", node, error.toString()));
        }
        leases.takeLoad(sample -> {
            controller = controller.observe(sample);
            leases.keepOpen(controller.targets().leases());
        });
    }

    private void replan(CapacityPlan plan) {
        if (told.equals(plan.toString())) {
            return;
        }
        told = plan.toString();
        controller = controller.replan(plan);
        PoolTargets targets = controller.targets();
        resize.accept(targets.lanes(), plan.maxLeases());
        leases.keepOpen(targets.leases());
        logger.info("{}: {}", node, plan);
        plan.warnings().forEach(warning -> logger.warn("{}: {}", node, warning));
    }
}
