package io.headgate.driver.netty;

import io.headgate.driver.netty.protocol.Frontend;
import java.nio.charset.StandardCharsets;

/**
 * Keeps PgBouncer in step when a COPY fails while its data is still on the way. PgBouncer up to 1.25.2 expects an answer to a CopyDone that
 * comes after the server's error. That answer never comes, and PgBouncer never lends the server again.
 *
 * @see <a href="https://github.com/pgbouncer/pgbouncer/pull/1471">PgBouncer, Fix late COPY messages causing pool exhaustion</a>
 */
final class LateCopy {

    /** Any query but ROLLBACK and COMMIT. */
    private static final byte[] REFUSED = "SELECT 1".getBytes(StandardCharsets.US_ASCII);

    private LateCopy() {}

    /**
     * Makes PgBouncer forget every answer that it expects up to here: it does so at the Sync behind an error. The query is refused, because
     * the COPY has aborted the transaction.
     */
    static void forget(SendBuffer buffer) {
        buffer.expect(new Description.IgnoredAnswer());
        Frontend.parse(buffer.out(), Frontend.NO_NAME, REFUSED, new int[0]);
        Frontend.sync(buffer.out());
    }
}
