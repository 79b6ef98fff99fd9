package io.headgate.samples.music.track;

import java.time.Instant;

/**
 * One time that a track was played.
 *
 * @param id the play's own
 * @param trackId which track
 * @param playedAt when
 * @param playCount how often the track was played, this time included
 */
public record Play(long id, long trackId, Instant playedAt, long playCount) {}
