package io.headgate.samples.music.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Artists and tracks with invented names, the same each time. */
final class GeneratedCatalogue {

    static final int ARTISTS = 200;
    static final int TRACKS_EACH = 20;
    static final int TRACKS = ARTISTS * TRACKS_EACH;

    private static final int TRACKS_A_REQUEST = 500;
    private static final int REQUESTS_AT_ONCE = 8;

    private static final List<String> FIRST = List.of(
            "Blue",
            "Silent",
            "Electric",
            "Golden",
            "Broken",
            "Midnight",
            "Paper",
            "Crystal",
            "Wild",
            "Distant",
            "Hollow",
            "Velvet",
            "Burning",
            "Lost",
            "Northern",
            "Neon",
            "Gentle",
            "Iron",
            "Secret",
            "Last");

    private static final List<String> SECOND = List.of(
            "River",
            "Garden",
            "Mirror",
            "Engine",
            "Harbour",
            "Shadow",
            "Letter",
            "Circus",
            "Season",
            "Signal",
            "Mountain",
            "Ocean",
            "Window",
            "Planet",
            "Winter",
            "Dancer",
            "Highway",
            "Orchard",
            "Thunder",
            "Avenue");

    private static final int NAMES = FIRST.size() * SECOND.size();

    private GeneratedCatalogue() {}

    /** A word that occurs in several titles and artists. */
    static String word(int n) {
        return SECOND.get(Math.floorMod(n, SECOND.size()));
    }

    /** Creates the catalogue through the API and returns the tracks' ids. */
    static Mono<List<Long>> load(MusicClient client) {
        return Flux.range(0, ARTISTS)
                .flatMapSequential(artist -> client.createArtist("The " + name(artist * 37) + "s"), REQUESTS_AT_ONCE)
                .collectList()
                .flatMapIterable(GeneratedCatalogue::tracks)
                .buffer(TRACKS_A_REQUEST)
                .flatMapSequential(client::createTracks, REQUESTS_AT_ONCE)
                .collect(ArrayList::new, List::addAll);
    }

    private static List<MusicClient.Track> tracks(List<Long> artists) {
        return IntStream.range(0, TRACKS)
                .mapToObj(n -> new MusicClient.Track(
                        artists.get(n / TRACKS_EACH),
                        name(n / TRACKS_EACH * 7 + n % TRACKS_EACH * 13),
                        120 + n % 240,
                        LocalDate.of(1960, 1, 1).plusDays(n * 6L).toString()))
                .toList();
    }

    /** 400 names; a step without a common factor with 400 visits each of them once. */
    private static String name(int n) {
        int index = n % NAMES;
        return FIRST.get(index / SECOND.size()) + " " + SECOND.get(index % SECOND.size());
    }
}
