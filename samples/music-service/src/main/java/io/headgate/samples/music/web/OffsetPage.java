package io.headgate.samples.music.web;

import java.util.List;

/**
 * One of several numbered pages.
 *
 * @param items the items of the page
 * @param page the page's number, from 0
 * @param size how many items a full page has
 * @param total how many items there are on all pages
 */
public record OffsetPage<T>(List<T> items, int page, int size, long total) {}
