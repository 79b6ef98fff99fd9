package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** The service's HTTP API as a client uses it: one connection a user. */
final class MusicClient {

    /** A header of the demo's users; others have none. */
    static final String USER = "X-Demo-User";

    /** After that a user takes the service for dead. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Threads of their own, as the users of a real service have; on the service's the two would hold each other up. */
    private static final LoopResources THREADS = LoopResources.create(ServiceCpu.OTHERS + "users", 2, true);

    private final WebClient http;

    /** @param patience how long an answer may take */
    MusicClient(String url, int users, Duration patience) {
        this(url, users, patience, (request, next) -> next.exchange(request));
    }

    /** @param filter sees each request and its answer */
    MusicClient(String url, int users, Duration patience, ExchangeFilterFunction filter) {
        ConnectionProvider connections = ConnectionProvider.builder("users")
                .maxConnections(users)
                .pendingAcquireMaxCount(-1)
                .pendingAcquireTimeout(patience)
                .build();
        this.http = WebClient.builder()
                .baseUrl(url)
                .defaultHeader(USER, "yes")
                .filter(filter)
                .clientConnector(new ReactorClientHttpConnector(
                        HttpClient.create(connections).runOn(THREADS).responseTimeout(patience)))
                .build();
    }

    /** What the API knows a row by. */
    record Row(long id) {}

    /** A play as it was confirmed, and how often the track was played with it. */
    record Played(long trackId, long playCount) {}

    /** How often a track was played. */
    record Count(long id, long playCount) {}

    /** What a bulk request created. */
    record Created(List<Long> ids) {}

    /** A track as the bulk endpoint takes it. */
    record Track(long artistId, String title, int durationSeconds, String releasedOn) {}

    Mono<Long> createArtist(String name) {
        return http.post()
                .uri("/api/artists")
                .bodyValue(Map.of("name", name))
                .retrieve()
                .bodyToMono(Row.class)
                .map(Row::id);
    }

    Mono<List<Long>> createTracks(List<Track> tracks) {
        return http.post()
                .uri("/api/tracks/bulk")
                .bodyValue(tracks)
                .retrieve()
                .bodyToMono(Created.class)
                .map(Created::ids);
    }

    Mono<Long> read(long id) {
        return http.get()
                .uri("/api/tracks/{id}", id)
                .retrieve()
                .bodyToMono(Row.class)
                .map(Row::id);
    }

    Mono<String> search(String text) {
        return http.get()
                .uri("/api/tracks/walk?q={text}&size=10", text)
                .retrieve()
                .bodyToMono(String.class);
    }

    Mono<String> page(int page) {
        return http.get().uri("/api/tracks?page={page}", page).retrieve().bodyToMono(String.class);
    }

    Mono<Long> playCount(long id) {
        return http.get()
                .uri("/api/tracks/{id}", id)
                .retrieve()
                .bodyToMono(Count.class)
                .map(Count::playCount);
    }

    Mono<Played> play(long id) {
        return http.post().uri("/api/tracks/{id}/plays", id).retrieve().bodyToMono(Played.class);
    }
}
