package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

interface FaultContract extends ServiceUnderTest {

    @Test
    default void aDatabaseThatIsAwayIsToldAndComesBack() {
        long track = api().createTrack(api().createArtist("Low"), "Words");

        cluster().primary().bouncer().stop();
        for (String path : List.of("/api/tracks/" + track, "/api/tracks", "/api/artists/1")) {
            Answer answer = api().get(path);
            answer.problem(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
        api().post("/api/tracks/" + track + "/plays", null).problem(503);
        api().post("/api/artists", Json.object("name", "Nobody")).problem(503);
        assertThat(api().get("/actuator/health").status()).isEqualTo(503);

        cluster().primary().bouncer().start();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> api().get("/api/tracks/" + track).status() == 200);
        api().post("/api/tracks/" + track + "/plays", null).created();
        assertThat(count("play")).isEqualTo(1);
    }

    @Test
    default void whatCannotBeServedInTimeIsToldToComeBack() throws Exception {
        long track = api().createTrack(api().createArtist("Low"), "Words");
        List<CompletableFuture<Answer>> plays;
        try (RowLock lock = RowLock.ofTrack(cluster().primary(), track)) {
            plays = IntStream.range(0, 20)
                    .mapToObj(n -> api().postAsync("/api/tracks/" + track + "/plays"))
                    .toList();
            lock.awaitWaiting(1);
            Answer refused = (Answer) CompletableFuture.anyOf(plays.toArray(CompletableFuture[]::new))
                    .join();
            refused.problem(503);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
        }

        List<Integer> statuses =
                plays.stream().map(play -> play.join().status()).toList();
        assertThat(statuses).containsOnly(201, 503);
        assertThat(count("play"))
                .isEqualTo(statuses.stream().filter(status -> status == 201).count());
    }
}
