package io.headgate.samples.music.track;

/**
 * A track of a bulk request that already exists.
 *
 * @param index its place in the request, from 0
 * @param artistId the artist
 * @param title its title
 */
public record DuplicateTrack(int index, long artistId, String title) {}
