package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ServerInfo;

/** A connection of the R2DBC Pool, with its properties. */
record PhysicalConnection(WireExchange exchange, TappedLoops loops, ServerInfo server) {}
