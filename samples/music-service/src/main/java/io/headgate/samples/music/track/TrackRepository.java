package io.headgate.samples.music.track;

import org.springframework.data.r2dbc.repository.R2dbcRepository;

/** Tracks in the database, one by one; {@link TrackQueries} reads many, {@link TrackImport} writes many. */
public interface TrackRepository extends R2dbcRepository<Track, Long> {}
