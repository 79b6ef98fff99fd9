/** Common parts of all endpoints: pages, validation of text, and problem details. */
@NullMarked
package io.headgate.samples.music.web;

import org.jspecify.annotations.NullMarked;
