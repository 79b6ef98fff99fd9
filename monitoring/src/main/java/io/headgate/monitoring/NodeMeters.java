package io.headgate.monitoring;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.observe.Receipt;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one node. Meters with an enum as a tag are created for every constant, so that a new constant needs no change
 * here. Immutable except for the meters' counts.
 */
final class NodeMeters {

    final Counter statementsReprepared;
    final Timer acquire;
    final Counter acquireFailed;
    final Counter cancelled;
    final Counter leaked;
    final Timer connectionsOpened;
    final Counter connectionsFailed;

    private final MeterRegistry registry;
    private final Tags tags;

    /** By reason; each belongs to one role. */
    private final Map<String, Counter> routed = new ConcurrentHashMap<>();

    private final Timer statementsSucceeded;
    private final Map<Outcome, Timer> statementsFailed = new EnumMap<>(Outcome.class);
    private final Map<CloseReason, Counter> connectionsClosed = new EnumMap<>(CloseReason.class);

    NodeMeters(MeterRegistry registry, Tags common, Node node) {
        this.registry = registry;
        tags = common.and("node", node.name());
        statementsSucceeded = statements(registry, tags, "success");
        for (Outcome outcome : Outcome.values()) {
            statementsFailed.put(outcome, statements(registry, tags, tag(outcome)));
        }
        statementsReprepared =
                counter(registry, tags, "statements.reprepared", "stale prepared statements that were repeated unseen");
        acquire = timer(registry, tags, "acquire", "waits for a connection");
        acquireFailed = counter(registry, tags, "acquire.failed", "callers that got no connection");
        cancelled = counter(registry, tags, "cancelled", "callers that gave up");
        leaked = counter(registry, tags, "leaked", "leases held for too long");
        connectionsOpened = timer(registry, tags, "connections.opened", "connections opened");
        connectionsFailed = counter(registry, tags, "connections.failed", "connections that could not be opened");
        for (CloseReason reason : CloseReason.values()) {
            Tags tagged = tags.and("reason", tag(reason));
            connectionsClosed.put(reason, counter(registry, tagged, "connections.closed", "connections closed"));
        }
    }

    private static Timer statements(MeterRegistry registry, Tags tags, String outcome) {
        return timer(registry, tags.and("outcome", outcome), "statements", "statements answered");
    }

    private static Timer timer(MeterRegistry registry, Tags tags, String name, String description) {
        return Timer.builder("headgate." + name)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, Tags tags, String name, String description) {
        return Counter.builder("headgate." + name)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static String tag(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static void record(Timer timer, long nanos) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    void statementEnded(long nanos, @Nullable Throwable error) {
        record(error == null ? statementsSucceeded : failed(error), nanos);
    }

    private Timer failed(Throwable error) {
        Outcome outcome = error instanceof HeadgateException known ? known.outcome() : Outcome.UNKNOWN;
        return Objects.requireNonNull(statementsFailed.get(outcome));
    }

    void routed(Receipt.Route choice) {
        Role role = choice.role();
        String reason = choice.reason();
        routed.computeIfAbsent(
                        reason,
                        added -> counter(
                                registry,
                                tags.and("role", tag(role), "reason", reason),
                                "routed",
                                "calls that were sent to the node, by the reason"))
                .increment();
    }

    void connectionClosed(CloseReason reason) {
        Objects.requireNonNull(connectionsClosed.get(reason)).increment();
    }
}
