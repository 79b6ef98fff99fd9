package io.headgate.samples.music.demo;

import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Things that go wrong in production, done while users are at work. */
enum Fault {
    HANG_UP("Clients hang up", "As many further clients search or play, and drop their requests at a random moment.") {
        @Override
        Mono<String> strike(Users users, Load load, Duration rest) {
            HastyClients clients = new HastyClients(users.side(), users.tracks());
            return clients.run(rest, load.perSecond()).then(Mono.fromSupplier(() -> clients.hungUp() + " hung up"));
        }
    },

    ALTER_TABLE(
            "A table is altered", Fault.Sql.ALTER + ". Prepared statements are stale, until PgBouncer reconnects.") {
        @Override
        Mono<String> strike(Users users, Load load, Duration rest) {
            Side side = users.side();
            Long before = side.pool().rePrepared();
            return inBackground(() -> side.database().execute(Sql.ALTER))
                    .then(Mono.delay(rest))
                    .then(Mono.fromSupplier(() -> {
                        Long after = side.pool().rePrepared();
                        return before == null || after == null
                                ? ""
                                : "prepared anew and repeated unseen: " + (after - before);
                    }))
                    .flatMap(remark -> inBackground(() ->
                                    side.nodes().forEach(node -> node.bouncer().reconnect()))
                            .thenReturn(remark));
        }
    },

    KILL_POOLER("The pooler dies", "The PgBouncer of the primary is killed, and started again half a second later.") {
        @Override
        Mono<String> strike(Users users, Load load, Duration rest) {
            return inBackground(users.side().pooler()::killAndStart).thenReturn("");
        }
    };

    private final String title;
    private final String detail;

    Fault(String title, String detail) {
        this.title = title;
        this.detail = detail;
    }

    String title() {
        return title;
    }

    /** What is done, for people. */
    String detail() {
        return detail;
    }

    /**
     * Does it to a side.
     *
     * @param load how much the users ask for
     * @param rest how long users go on from now
     * @return what there is to be said of it afterwards, maybe nothing
     */
    abstract Mono<String> strike(Users users, Load load, Duration rest);

    private static Mono<Void> inBackground(Runnable action) {
        return Mono.<Void>fromRunnable(action).subscribeOn(Schedulers.boundedElastic());
    }

    /** Constants may not use those that stand behind them. */
    private static final class Sql {

        static final String ALTER = "ALTER TABLE track ALTER COLUMN duration_seconds TYPE bigint";
    }
}
