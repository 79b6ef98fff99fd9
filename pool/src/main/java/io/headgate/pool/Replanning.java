package io.headgate.pool;

import io.headgate.core.SqlExecutor;
import io.headgate.pool.capacity.CapacityController;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.capacity.PoolTargets;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans a pool anew while it runs: once with the limits that the database itself tells, and then at intervals from the load
 * that was measured.
 *
 * <p>The plan is the ceiling, whatever is measured. Below it, connections are opened as they are needed; what is planned
 * from the load is how many are kept open, so that a burst finds them. Nothing that runs is touched.
 *
 * <p>{@link #tick} is called by one thread at a time.
 */
final class Replanning {

    private static final Logger logger = LoggerFactory.getLogger(Replanning.class);

    private final String node;
    private final SqlExecutor database;
    private final UnaryOperator<CapacityPlan.Builder> inputs;
    private final BiConsumer<Integer, Integer> resize;
    private final LeasePool leases;
    private volatile CapacityController controller;
    private volatile boolean discovered;

    /**
     * @param inputs puts what the application knows into a builder; asked again when the database has told its limits
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
        if (!discovered) {
            discovered = true;
            Consumer<Throwable> later = error -> {
                discovered = false;
                logger.debug("the limits of {} are not known yet: {}", node, error.toString());
            };
            CapacityPlan.discover(database)
                    .map(found -> inputs.apply(found).build())
                    .subscribe(this::replan, later);
        }
        leases.takeLoad(sample -> {
            controller = controller.observe(sample);
            leases.keepOpen(controller.targets().leases());
        });
    }

    private void replan(CapacityPlan plan) {
        controller = controller.replan(plan);
        PoolTargets targets = controller.targets();
        resize.accept(targets.lanes(), plan.maxLeases());
        leases.keepOpen(targets.leases());
        logger.info("{}: {}", node, plan);
        plan.warnings().forEach(warning -> logger.warn("{}: {}", node, warning));
    }
}
