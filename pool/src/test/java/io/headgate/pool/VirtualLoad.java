package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.pool.node.PoolFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Load on a pool in virtual time, a millisecond a tick. Each connection's server answers a slow text after as many ticks as that
 * takes, and anything else at the next tick. A cancel request ends a slow one at the next tick.
 */
public final class VirtualLoad {

    public final PoolFixture fixture;
    private final Map<String, Integer> slow = new HashMap<>();
    private final Map<FakeConnection, Integer> busyFor = new HashMap<>();
    private final Map<FakeConnection, Long> cancelsSeen = new HashMap<>();
    private final Map<Signals<SqlResult>, Integer> asked = new HashMap<>();
    private final List<Signals<SqlResult>> lookUps = new ArrayList<>();
    private final List<Integer> waits = new ArrayList<>();
    private int now;

    public VirtualLoad(int maxConnections, int lanes) {
        fixture = new PoolFixture(PoolOptions.builder()
                .maxConnections(maxConnections)
                .lanes(lanes)
                .minIdle(0)
                .build());
        fixture.server.answerOnCommand();
        ask("SELECT the_round_trip");
        tick(1);
    }

    /** Has a text take so many milliseconds from now on. */
    public VirtualLoad taking(String text, int millis) {
        if (millis > 1) {
            slow.put(text, millis);
        } else {
            slow.remove(text);
        }
        return this;
    }

    /** Has the pool learn how long a text takes. */
    public VirtualLoad knowing(String text) {
        for (int i = 0; i < 10; i++) {
            Signals<SqlResult> caller = ask(text);
            while (!caller.ended()) {
                tick(1);
            }
        }
        return this;
    }

    public Signals<SqlResult> ask(String text) {
        return Signals.of(fixture.execute(text));
    }

    /** So many transactions, each of which asks for something on its connection and then waits for the end. */
    public void hold(int leases, Mono<Void> end) {
        for (int i = 0; i < leases; i++) {
            Signals.of(inTransaction(end));
        }
        tick(1);
    }

    /** A transaction that waits for something outside itself. */
    public <T> Mono<T> inTransaction(Mono<T> outside) {
        return fixture.pool
                .inTransaction(
                        TransactionOptions.defaults(),
                        tx -> tx.execute(SqlStatement.of("held")).then(outside))
                .singleOrEmpty();
    }

    /** So many transactions, each of which asks for a text outside itself when the start has come. */
    public List<Signals<SqlResult>> askOutside(int transactions, String text, Mono<Void> start) {
        return IntStream.range(0, transactions)
                .mapToObj(i -> Signals.of(inTransaction(start.then(fixture.execute(text)))))
                .toList();
    }

    /** A caller of a look-up, whose wait is taken down. */
    public void lookUp() {
        Signals<SqlResult> caller = ask("SELECT quick");
        lookUps.add(caller);
        asked.put(caller, now);
    }

    public void tick(int times) {
        for (int i = 0; i < times; i++) {
            fixture.time.advanceTimeBy(Duration.ofMillis(1));
            now++;
            fixture.server.connections().forEach(this::serve);
            seeWhoEnded();
        }
    }

    /** Lets time pass until all have ended, or twenty seconds; for how long, in milliseconds. */
    public int tickUntilEnded(List<Signals<SqlResult>> callers) {
        int millis = 0;
        while (millis < 20_000 && !callers.stream().allMatch(Signals::ended)) {
            tick(1);
            millis++;
        }
        return millis;
    }

    /** As {@link #hold}, but they end at once: so many connections are left that nobody uses. */
    public void openLeases(int leases) {
        Sinks.Empty<Void> end = Sinks.empty();
        hold(leases, end.asMono());
        end.tryEmitEmpty();
        tick(5);
    }

    /** How often a text was sent. */
    public long timesSent(String text) {
        return fixture.server.connections().stream()
                .flatMap(connection -> connection.log().stream())
                .filter(text::equals)
                .count();
    }

    private void serve(FakeConnection connection) {
        if (connection.inFlight() == 0) {
            busyFor.remove(connection);
            return;
        }
        int busy = busyFor.merge(connection, 1, Integer::sum);
        int needed = nextTakes(connection);
        if (needed > 1 && isCancelled(connection)) {
            busyFor.remove(connection);
            connection.fail(LaneFixture.cancelled());
        } else if (busy >= needed) {
            busyFor.remove(connection);
            do {
                connection.answer();
            } while (connection.inFlight() > 0 && nextTakes(connection) == 1);
        }
    }

    private int nextTakes(FakeConnection connection) {
        return slow.entrySet().stream()
                .filter(text -> connection.nextIs(text.getKey()))
                .mapToInt(Map.Entry::getValue)
                .findFirst()
                .orElse(1);
    }

    private boolean isCancelled(FakeConnection connection) {
        long cancels = connection.log().stream().filter("(cancel)"::equals).count();
        Long seen = cancelsSeen.put(connection, cancels);
        return cancels > (seen == null ? 0 : seen);
    }

    private void seeWhoEnded() {
        for (Iterator<Map.Entry<Signals<SqlResult>, Integer>> each =
                        asked.entrySet().iterator();
                each.hasNext(); ) {
            Map.Entry<Signals<SqlResult>, Integer> caller = each.next();
            if (caller.getKey().ended()) {
                waits.add(now - caller.getValue());
                each.remove();
            }
        }
    }

    /** On how many connections a slow one is at the head. */
    public long slowHeads() {
        return fixture.server.connections().stream()
                .filter(connection -> nextTakes(connection) > 1)
                .count();
    }

    /** So many of a hundred look-ups waited no longer, in milliseconds; those that wait still have waited until now. */
    public int waitOf(int ofAHundred) {
        List<Integer> all = new ArrayList<>(waits);
        asked.values().forEach(since -> all.add(now - since));
        all.sort(null);
        return all.get((all.size() - 1) * ofAHundred / 100);
    }

    public List<Throwable> lookUpErrors() {
        return lookUps.stream()
                .filter(Signals::ended)
                .filter(caller -> !caller.completed())
                .map(Signals::error)
                .toList();
    }
}
