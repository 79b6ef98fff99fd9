package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DriverTest {

    @Test
    void allNodesAreInTheUrl() {
        assertThat(Driver.HEADGATE.url(
                        List.of("postgresql://app:secret@a:1/music", "postgresql://app:secret@b:2/music"), 8))
                .isEqualTo("r2dbc:headgate://app:secret@a:1,b:2/music?maxConnections=8&maxWaiting=10000");
        assertThat(Driver.R2DBC_POOL.url(List.of("postgresql://app:secret@a:1/music"), 8))
                .isEqualTo("r2dbc:pool:postgresql://app:secret@a:1/music?initialSize=1&maxSize=8");
    }
}
