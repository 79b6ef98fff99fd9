package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

interface ShutdownContract extends ServiceUnderTest {

    @Test
    default void aRunningRequestIsFinishedWhenTheServiceStops() throws Exception {
        long track = api().createTrack(api().createArtist("Low"), "Words");
        RunningService service = RunningService.start(cluster(), databaseUrl());
        CompletableFuture<Void> stopped;
        CompletableFuture<Answer> play;
        try (RowLock lock = RowLock.ofTrack(cluster().primary(), track)) {
            play = service.api().postAsync("/api/tracks/" + track + "/plays");
            lock.awaitWaiting(1);

            int port = service.port();
            stopped = CompletableFuture.runAsync(service::close);
            // by a connection each: one that was open before goes on
            await().until(() -> isRefused(new Api(port)));
            assertThat(stopped).isNotDone();
            assertThat(play).isNotDone();
        }

        assertThat(play.join().created().json().get("playCount").asLong()).isEqualTo(1);
        stopped.join();
        assertThat(count("play")).isEqualTo(1);
    }

    private static boolean isRefused(Api api) {
        try {
            return api.get("/api/tracks/top").status() == 503;
        } catch (CompletionException e) {
            return e.getCause() instanceof ConnectException;
        }
    }
}
