package io.headgate.samples.music.demo;

import io.headgate.routing.Route.Reason;
import io.headgate.routing.RoutingStatistics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where reads went over some time.
 *
 * @param onReplicas reads on replicas
 * @param onPrimary reads on the primary, by reason
 */
record ReplicaReads(long onReplicas, Map<Reason, Long> onPrimary) {

    /** What came between two moments. */
    static ReplicaReads between(RoutingStatistics before, RoutingStatistics after) {
        Map<Reason, Long> onPrimary = new EnumMap<>(Reason.class);
        after.onPrimary().forEach((reason, count) -> {
            long since = count - before.onPrimary().getOrDefault(reason, 0L);
            if (reason != Reason.WRITE && since > 0) {
                onPrimary.put(reason, since);
            }
        });
        return new ReplicaReads(after.onReplicas() - before.onReplicas(), onPrimary);
    }

    long onPrimaryInAll() {
        return onPrimary.values().stream().mapToLong(Long::longValue).sum();
    }

    /** In percent of all reads; 0 if there are none. */
    double shareOnReplicas() {
        return 100.0 * onReplicas / Math.max(1, onReplicas + onPrimaryInAll());
    }

    /** For people, the most frequent first: {@code not replayed 12, lag 3}. */
    String reasons() {
        return onPrimary.entrySet().stream()
                .sorted(Map.Entry.<Reason, Long>comparingByValue().reversed())
                .map(each -> String.format(
                        Locale.ROOT,
                        "%s %,d",
                        each.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        each.getValue()))
                .collect(Collectors.joining(", "));
    }
}
