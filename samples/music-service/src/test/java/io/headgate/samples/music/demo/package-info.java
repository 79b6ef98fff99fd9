/** The demo, run as people run it. */
@NullMarked
package io.headgate.samples.music.demo;

import org.jspecify.annotations.NullMarked;
