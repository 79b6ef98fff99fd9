package io.headgate.samples.music.track;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;

/**
 * A row of {@code track}.
 *
 * @param id null until it is stored
 * @param artistId the artist
 * @param title unique among the artist's tracks
 * @param durationSeconds the duration
 * @param releasedOn the release date, if known
 * @param playCount how often it was played
 */
public record Track(
        @Id @Nullable Long id,
        long artistId,
        String title,
        int durationSeconds,
        @Nullable LocalDate releasedOn,
        long playCount) {

    static Track of(NewTrack track) {
        return new Track(null, track.artistId(), track.title(), track.durationSeconds(), track.releasedOn(), 0);
    }
}
