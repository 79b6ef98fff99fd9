package io.headgate.samples.music.track;

import java.time.Instant;

/**
 * One play of a track.
 *
 * @param id the play's id
 * @param trackId the track's id
 * @param playedAt when
 * @param playCount how often the track was played, including this play
 */
public record Play(long id, long trackId, Instant playedAt, long playCount) {}
