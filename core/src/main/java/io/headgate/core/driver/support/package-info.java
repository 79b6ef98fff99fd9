/** What drivers share: it is public because drivers are modules of their own, not for applications. */
@NullMarked
package io.headgate.core.driver.support;

import org.jspecify.annotations.NullMarked;
