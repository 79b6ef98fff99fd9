package io.headgate.samples.music.track;

import io.headgate.samples.music.web.CursorPage;
import io.headgate.samples.music.web.OffsetPage;
import io.headgate.samples.music.web.PageLimits;
import io.headgate.samples.music.web.PlainText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tracks over HTTP. */
@RestController
@RequestMapping("/api/tracks")
@Tag(name = "Tracks")
class TrackController {

    private final TrackQueries queries;
    private final TrackService tracks;
    private final TrackImport imports;

    TrackController(TrackQueries queries, TrackService tracks, TrackImport imports) {
        this.queries = queries;
        this.tracks = tracks;
        this.imports = imports;
    }

    @Operation(summary = "Tracks by title, a numbered page at a time; q is a part of the title or of the artist's name")
    @GetMapping
    Mono<OffsetPage<TrackView>> page(
            @RequestParam(defaultValue = "") @Size(max = 200, message = "must have at most 200 characters") @PlainText
                    String q,
            @RequestParam(defaultValue = "0") @Min(value = 0, message = "must be at least 0") int page,
            @RequestParam(defaultValue = PageLimits.DEFAULT_SIZE)
                    @Min(value = 1, message = "must be at least 1")
                    @Max(value = PageLimits.MAX_SIZE, message = "must be at most {value}")
                    int size) {
        return queries.page(q, page, size);
    }

    @Operation(summary = "A walk through the tracks by title: pass each page's next as the cursor of the next request")
    @GetMapping("/walk")
    Mono<CursorPage<TrackView>> walk(
            @RequestParam(defaultValue = "") @Size(max = 200, message = "must have at most 200 characters") @PlainText
                    String q,
            @RequestParam(defaultValue = "")
                    @Size(max = 2_000, message = "must be a cursor that this service has given")
                    String cursor,
            @RequestParam(defaultValue = PageLimits.DEFAULT_SIZE)
                    @Min(value = 1, message = "must be at least 1")
                    @Max(value = PageLimits.MAX_SIZE, message = "must be at most {value}")
                    int size) {
        return queries.after(q, TrackCursor.parse(cursor), size);
    }

    @Operation(summary = "The tracks that were played most")
    @GetMapping("/top")
    Flux<TrackView> mostPlayed(
            @RequestParam(defaultValue = "10")
                    @Min(value = 1, message = "must be at least 1")
                    @Max(value = PageLimits.MAX_SIZE, message = "must be at most {value}")
                    int limit) {
        return queries.mostPlayed(limit);
    }

    @Operation(summary = "One track")
    @GetMapping("/{id}")
    Mono<TrackView> find(@PathVariable long id) {
        return queries.find(id);
    }

    @Operation(summary = "Creates a track")
    @PostMapping
    Mono<ResponseEntity<TrackView>> create(@Valid @RequestBody NewTrack track) {
        return tracks.create(track)
                .map(created -> ResponseEntity.created(URI.create("/api/tracks/" + created.id()))
                        .body(created));
    }

    @Operation(summary = "Creates up to 1,000 tracks, all or none")
    @PostMapping("/bulk")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ImportResult> createAll(
            @RequestBody @Size(min = 1, max = TrackImport.MAX_TRACKS, message = "must have 1 to {max} elements")
                    List<@NotNull(message = "must be a track") @Valid NewTrack> tracks) {
        return imports.create(tracks);
    }

    @Operation(summary = "Plays a track: counts it and records when")
    @PostMapping("/{id}/plays")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<Play> play(@PathVariable long id) {
        return tracks.play(id);
    }
}
