/** What needs no database. */
@NullMarked
package io.headgate.samples.music.track;

import org.jspecify.annotations.NullMarked;
