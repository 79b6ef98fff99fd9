package io.headgate.samples.music.demo;

import io.headgate.routing.RoutingStatistics;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Users at work on a side with replicas, while others check that they see what they wrote. In the second quarter of the time the first replica
 * replays nothing, in the third none does.
 *
 * @param side which side
 * @param tally what became of the users' requests
 * @param reads where the service's reads went
 * @param check what the checkers found
 */
record ReplicaRound(Side side, Tally tally, ReplicaReads reads, ReadBack check) {

    static ReplicaRound run(Users users, Load load, Duration duration) {
        Side side = users.side();
        Tally tally = new Tally();
        ReadBack check = new ReadBack(side, users.tracks());
        RoutingStatistics before = side.routing();
        Mono<Void> pause = Mono.delay(duration.dividedBy(4))
                .publishOn(Schedulers.boundedElastic())
                .doOnNext(now -> pauseReplay(side.replicas(), duration.dividedBy(4)))
                .then();
        Mono.when(users.run(duration, load.perSecond(), tally), check.run(duration), pause)
                .block();
        return new ReplicaRound(side, tally, ReplicaReads.between(before, side.routing()), check);
    }

    private static void pauseReplay(List<PostgresNode> replicas, Duration each) {
        try {
            replicas.get(0).pauseReplay();
            LockSupport.parkNanos(each.toNanos());
            replicas.forEach(PostgresNode::pauseReplay);
            LockSupport.parkNanos(each.toNanos());
        } finally {
            replicas.forEach(PostgresNode::resumeReplay);
        }
    }
}
