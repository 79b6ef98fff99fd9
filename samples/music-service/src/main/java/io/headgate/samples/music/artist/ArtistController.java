package io.headgate.samples.music.artist;

import io.headgate.samples.music.web.OffsetPage;
import io.headgate.samples.music.web.PageLimits;
import io.headgate.samples.music.web.PlainText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Artists over HTTP. */
@RestController
@RequestMapping("/api/artists")
@Tag(name = "Artists")
class ArtistController {

    private final ArtistService artists;

    ArtistController(ArtistService artists) {
        this.artists = artists;
    }

    @Operation(summary = "Artists by name, a page at a time; q is a part of the name")
    @GetMapping
    Mono<OffsetPage<Artist>> page(
            @RequestParam(defaultValue = "") @Size(max = 200, message = "must have at most 200 characters") @PlainText
                    String q,
            @RequestParam(defaultValue = "0") @Min(value = 0, message = "must be at least 0") int page,
            @RequestParam(defaultValue = PageLimits.DEFAULT_SIZE)
                    @Min(value = 1, message = "must be at least 1")
                    @Max(value = PageLimits.MAX_SIZE, message = "must be at most {value}")
                    int size) {
        return artists.page(q, page, size);
    }

    @Operation(summary = "One artist")
    @GetMapping("/{id}")
    Mono<Artist> find(@PathVariable long id) {
        return artists.find(id);
    }

    @Operation(summary = "Creates an artist")
    @PostMapping
    Mono<ResponseEntity<Artist>> create(@Valid @RequestBody NewArtist artist) {
        return artists.create(artist)
                .map(created -> ResponseEntity.created(URI.create("/api/artists/" + created.id()))
                        .body(created));
    }

    @Operation(summary = "Changes an artist; 409 if somebody else has changed it since")
    @PutMapping("/{id}")
    Mono<Artist> update(@PathVariable long id, @Valid @RequestBody ArtistUpdate update) {
        return artists.update(id, update);
    }

    @Operation(summary = "Deletes an artist that has no tracks")
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(@PathVariable long id) {
        return artists.delete(id);
    }
}
