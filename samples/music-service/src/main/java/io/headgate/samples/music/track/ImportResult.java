package io.headgate.samples.music.track;

import java.util.List;

/**
 * What a bulk request created.
 *
 * @param created how many tracks
 * @param ids their ids, in the request's order
 */
public record ImportResult(int created, List<Long> ids) {}
