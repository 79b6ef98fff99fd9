/** The quick-start sample. */
@NullMarked
package io.headgate.samples.quickstart;

import org.jspecify.annotations.NullMarked;
