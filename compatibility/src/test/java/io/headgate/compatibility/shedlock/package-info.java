/** ShedLock's own tests for lock providers, run on its provider over R2DBC. */
package io.headgate.compatibility.shedlock;
