/** What drivers and the layers above them share: it is public because they are modules of their own, not for applications. */
@NullMarked
package io.headgate.core.driver.support;

import org.jspecify.annotations.NullMarked;
