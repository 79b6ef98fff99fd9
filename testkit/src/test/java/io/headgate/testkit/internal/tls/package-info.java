@NullMarked
package io.headgate.testkit.internal.tls;

import org.jspecify.annotations.NullMarked;
