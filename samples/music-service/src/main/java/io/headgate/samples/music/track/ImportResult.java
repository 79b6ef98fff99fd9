package io.headgate.samples.music.track;

import java.util.List;

/**
 * The result of a bulk request.
 *
 * @param created the number of tracks
 * @param ids their ids, in the request's order
 */
public record ImportResult(int created, List<Long> ids) {}
