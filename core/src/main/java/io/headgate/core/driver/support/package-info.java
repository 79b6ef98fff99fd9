/** Code that drivers and the layers above them share. It is public because these are separate modules; not for applications. */
@NullMarked
package io.headgate.core.driver.support;

import org.jspecify.annotations.NullMarked;
