/** PostgreSQL's text form of values, for drivers that send or receive it. */
@NullMarked
package io.headgate.core.driver.text;

import org.jspecify.annotations.NullMarked;
