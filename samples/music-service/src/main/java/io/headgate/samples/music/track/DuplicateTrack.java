package io.headgate.samples.music.track;

/**
 * A track of a bulk request that exists already.
 *
 * @param index its place in the request, from 0
 * @param artistId whose it is
 * @param title its title
 */
public record DuplicateTrack(int index, long artistId, String title) {}
