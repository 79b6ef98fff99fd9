package io.headgate.samples.music.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that is read by cursor.
 *
 * @param items the items of the page
 * @param next the cursor of the next page; null on the last page
 */
public record CursorPage<T>(List<T> items, @Nullable String next) {}
