package io.headgate.testkit;

import java.util.stream.Stream;

/** The PgBouncer releases of this run: both, but for {@code ./dev test --without-legacy}. */
public final class WantedReleases {

    private WantedReleases() {}

    /** For {@code @MethodSource}. */
    public static Stream<PgBouncerRelease> all() {
        boolean withoutLegacy = Boolean.getBoolean("headgate.test.without-legacy");
        return Stream.of(PgBouncerRelease.values())
                .filter(release -> !withoutLegacy || release != PgBouncerRelease.LEGACY);
    }
}
