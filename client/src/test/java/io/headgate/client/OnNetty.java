package io.headgate.client;

import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;

/** Tests of what the Netty driver alone promises, on every route, with a client of one connection for each test. */
@ParameterizedClass
@EveryRoute
abstract class OnNetty {

    final Route route;
    Headgate db;

    OnNetty(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        db = DriverUnderTest.client().node(route.url()).maxConnections(1).build();
    }

    @AfterEach
    void close() {
        if (db != null) {
            db.close().block();
        }
    }
}
