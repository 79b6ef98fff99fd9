/** Artists: a Spring Data repository with optimistic locking. */
@NullMarked
package io.headgate.samples.music.artist;

import org.jspecify.annotations.NullMarked;
