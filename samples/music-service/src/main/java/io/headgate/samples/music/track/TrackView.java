package io.headgate.samples.music.track;

import io.headgate.samples.music.artist.Artist;
import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A track as clients see it, with its artist's name. */
public record TrackView(
        long id,
        String title,
        long artistId,
        String artistName,
        int durationSeconds,
        @Nullable LocalDate releasedOn,
        long playCount) {

    static TrackView of(Track track, Artist artist) {
        return new TrackView(
                Objects.requireNonNull(track.id()),
                track.title(),
                track.artistId(),
                artist.name(),
                track.durationSeconds(),
                track.releasedOn(),
                track.playCount());
    }
}
