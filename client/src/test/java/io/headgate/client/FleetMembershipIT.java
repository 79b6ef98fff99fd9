package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.capacity.FleetMembership;
import io.headgate.pool.capacity.FleetView;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Instances that count themselves in a real table. */
@EveryRoute
class FleetMembershipIT {

    private static final String TABLE = "headgate_fleet";
    private static final int BUDGET = 100;

    private final String fleet = UUID.randomUUID().toString();
    private final Headgate db;

    FleetMembershipIT(Route route) {
        db = Headgate.builder().node(route.url()).build();
    }

    @BeforeEach
    void createTable() {
        member("a", Duration.ofMinutes(1)).createTable().block();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private FleetMembership member(String name, Duration interval) {
        return FleetMembership.of(db, TABLE, fleet, name, interval);
    }

    @Test
    void membersSeeEachOtherAndShareTheBudget() {
        List<FleetMembership> members = List.of("b", "a", "c").stream()
                .map(name -> member(name, Duration.ofMinutes(1)))
                .toList();
        Flux.fromIterable(members).concatMap(FleetMembership::renew).blockLast();
        List<FleetView> views = Flux.fromIterable(members)
                .concatMap(FleetMembership::renew)
                .collectList()
                .block();
        assertThat(views).containsExactly(new FleetView(3, 1), new FleetView(3, 0), new FleetView(3, 2));
        assertThat(views.stream().mapToInt(view -> view.share(BUDGET)).sum()).isEqualTo(BUDGET);

        members.get(1).leave().block();
        assertThat(members.get(0).renew().block()).isEqualTo(new FleetView(2, 0));
    }

    @Test
    void otherFleetsAreNotCounted() {
        FleetMembership.of(db, TABLE, fleet + "-other", "b", Duration.ofMinutes(1))
                .renew()
                .block();
        assertThat(member("a", Duration.ofMinutes(1)).renew().block()).isEqualTo(new FleetView(1, 0));
    }

    @Test
    void membersThatRenewAtOnceDoNotDisturbEachOther() {
        Flux.range(0, 20)
                .flatMap(i ->
                        member("member-" + i, Duration.ofMinutes(1)).renew().repeat(9))
                .blockLast();
        assertThat(member("member-0", Duration.ofMinutes(1)).renew().block()).isEqualTo(new FleetView(20, 0));
    }

    @Test
    void aMemberThatStopsRenewingIsCountedOutAndForgotten() {
        Duration interval = Duration.ofMillis(50);
        FleetMembership gone = member("a", interval);
        FleetMembership staying = member("b", interval);
        Disposable renewing = gone.watch(Schedulers.parallel()).subscribe();
        try {
            Awaitility.await().until(() -> staying.renew().block().instances() == 2);
        } finally {
            renewing.dispose();
        }
        Awaitility.await().until(() -> staying.renew().block().equals(new FleetView(1, 0)));
        Awaitility.await().until(() -> {
            staying.renew().block();
            return rows() == 1;
        });
    }

    private long rows() {
        return db.sql("SELECT count(*) FROM headgate_fleet WHERE fleet = $1")
                .bind(fleet)
                .map(row -> row.require(0, Long.class))
                .one()
                .block();
    }
}
