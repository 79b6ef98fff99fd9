/** Events of drivers and pool, for metrics, traces and receipts. */
@NullMarked
package io.headgate.core.observe;

import org.jspecify.annotations.NullMarked;
