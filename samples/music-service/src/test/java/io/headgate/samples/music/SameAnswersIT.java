package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.junit.SharedPostgres;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Nobody can tell from outside which driver the service runs on. */
@SharedPostgres(pooled = true, bouncerSettings = "default_pool_size=8")
class SameAnswersIT {

    @Test
    void bothDriversGiveTheSameBytes(PostgresCluster cluster) {
        List<String> onR2dbcPool = answers(cluster, DatabaseUrls.r2dbcPool(cluster));
        List<String> onHeadgate = answers(cluster, DatabaseUrls.headgate(cluster));

        assertThat(onHeadgate).isEqualTo(onR2dbcPool).hasSizeGreaterThan(40);
    }

    private static List<String> answers(PostgresCluster cluster, String databaseUrl) {
        try (RunningService service = RunningService.start(cluster, databaseUrl, StoppedClock.class)) {
            MusicContract.truncate(cluster);
            Transcript transcript = new Transcript(service.api());
            Script.play(transcript);
            return transcript.lines();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class StoppedClock {
        @Bean
        @Primary
        Clock stoppedClock() {
            return Clock.fixed(Instant.parse("2026-07-01T12:34:56.789012Z"), ZoneOffset.UTC);
        }
    }

    /** Requests with what came back, byte for byte. */
    private record Transcript(Api api, List<String> lines) {

        Transcript(Api api) {
            this(api, new ArrayList<>());
        }

        Answer send(String method, String path, String body) {
            Answer answer = api.send(method, path, body);
            lines.add(method + " " + path + " " + body + " -> " + answer.status() + " " + answer.header("Content-Type")
                    + " " + answer.header("Location") + " " + answer.body());
            return answer;
        }

        void get(String path) {
            send("GET", path, null);
        }
    }

    private static final class Script {

        static void play(Transcript to) {
            artists(to);
            tracks(to);
            reads(to);
            errors(to);
        }

        private static void artists(Transcript to) {
            for (String name :
                    List.of("Björk", "Аквариум", "坂本龍一", "100%_\\", "O'Connor \"Sinéad\"", "🎸", "zzz", "Ábba")) {
                to.send("POST", "/api/artists", Json.object("name", name, "country", "IS"));
            }
            to.send("POST", "/api/artists", Json.object("name", "Björk"));
            to.send("PUT", "/api/artists/1", Json.object("name", "Björk G.", "version", 0));
            to.send("PUT", "/api/artists/1", Json.object("name", "Björk", "version", 0));
            to.send("PUT", "/api/artists/2", Json.object("name", "Björk G.", "version", 0));
            to.send("DELETE", "/api/artists/7", null);
            to.send("DELETE", "/api/artists/7", null);
        }

        private static void tracks(Transcript to) {
            to.send("POST", "/api/tracks", Json.track(1, "Jóga"));
            to.send("POST", "/api/tracks", Json.track(1, "Jóga"));
            to.send("POST", "/api/tracks", Json.object("artistId", 2, "title", "Небо", "durationSeconds", 86_400));
            to.send("POST", "/api/tracks", Json.track(7, "Gone"));
            List<Map<String, Object>> many = new ArrayList<>();
            for (int n = 0; n < 250; n++) {
                many.add(Json.trackValues(1 + n % 6, "Title " + n * 7919 % 250));
            }
            many.add(Json.map("artistId", 8, "title", "No date", "durationSeconds", 1, "releasedOn", null));
            many.add(Json.map("artistId", 8, "title", "Old", "durationSeconds", 1, "releasedOn", "0001-01-01"));
            many.add(Json.map("artistId", 8, "title", "New", "durationSeconds", 1, "releasedOn", "9999-12-31"));
            to.send("POST", "/api/tracks/bulk", Json.array(many));
            to.send("POST", "/api/tracks/bulk", Json.array(many));
            to.send("POST", "/api/tracks/bulk", Json.array(List.of(Json.trackValues(7, "Gone"))));
            to.send("DELETE", "/api/artists/1", null);
            for (long id : List.of(1L, 5L, 5L, 5L, 2L, 2L, 9_999L)) {
                to.send("POST", "/api/tracks/" + id + "/plays", null);
            }
        }

        private static void reads(Transcript to) {
            for (String path : List.of("/api/artists", "/api/tracks", "/api/tracks/walk")) {
                for (String text : List.of("", "b", "jÓ", "%", "_", "\\", "'", "坂", "🎸", "Title 1")) {
                    to.get(path + "?size=100&q=" + Api.encoded(text));
                }
            }
            for (int page = 0; page < 4; page++) {
                to.get("/api/tracks?size=50&page=" + page);
            }
            String cursor = "";
            do {
                Answer answer = to.send("GET", "/api/tracks/walk?size=60&cursor=" + cursor, null);
                cursor = answer.json().get("next").asString("");
            } while (!cursor.isEmpty());
            to.get("/api/tracks/top?limit=5");
            to.get("/api/tracks/1");
            to.get("/api/artists/3");
        }

        private static void errors(Transcript to) {
            for (String path : List.of(
                    "/api/tracks/0",
                    "/api/tracks/x",
                    "/api/artists/-1",
                    "/api/tracks?size=0",
                    "/api/tracks?page=9999&size=100",
                    "/api/tracks/walk?cursor=zzz",
                    "/api/tracks?q=%00",
                    "/nothing")) {
                to.get(path);
            }
            to.send("POST", "/api/artists", "{");
            to.send("POST", "/api/tracks/bulk", "[{}]");
            to.send("DELETE", "/api/tracks", null);
        }
    }
}
