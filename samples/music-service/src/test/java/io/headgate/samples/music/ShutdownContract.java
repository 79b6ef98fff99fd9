package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
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
            await().until(() -> isRefused(port));
            assertThat(stopped).isNotDone();
            assertThat(play).isNotDone();
        }

        assertThat(play.join().created().json().get("playCount").asLong()).isEqualTo(1);
        stopped.join();
        assertThat(count("play")).isEqualTo(1);
    }

    /** By a socket of its own, which is refused or connected at once, and sends nothing. */
    private static boolean isRefused(int port) throws IOException {
        try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !open.isConnected();
        } catch (ConnectException refused) {
            return true;
        }
    }
}
