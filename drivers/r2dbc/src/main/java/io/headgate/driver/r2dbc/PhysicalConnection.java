package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ServerInfo;

/** A connection as the R2DBC Pool keeps it, with what is known about it. */
record PhysicalConnection(WireExchange exchange, TappedLoops loops, ServerInfo server) {}
