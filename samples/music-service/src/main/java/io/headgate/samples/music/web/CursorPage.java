package io.headgate.samples.music.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page out of a walk through all items.
 *
 * @param items what is on the page
 * @param next the cursor that gives the next page; null on the last one
 */
public record CursorPage<T>(List<T> items, @Nullable String next) {}
