/** Tracks: search, pages, bulk creation and plays. */
@NullMarked
package io.headgate.samples.music.track;

import org.jspecify.annotations.NullMarked;
