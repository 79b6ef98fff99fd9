package io.headgate.driver.r2dbc;

import org.jspecify.annotations.Nullable;

/** A failed statement, with the error from the wire. {@link DriverErrors} converts it to the caller's error. */
final class ExchangeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable WireError answer;
    private final boolean sent;

    /**
     * @param cause R2DBC's error, or null
     * @param answer the server's error, or null
     * @param sent whether any part of the statement was sent
     */
    ExchangeException(@Nullable Throwable cause, @Nullable WireError answer, boolean sent) {
        super(cause == null ? null : cause.getMessage(), cause, false, false);
        this.answer = answer;
        this.sent = sent;
    }

    /** The server's error, or null. */
    @Nullable
    WireError answer() {
        return answer;
    }

    /** A copy whose error position does not count a prefix that the driver has added to the statement. */
    ExchangeException withoutPrefix(int characters) {
        WireError own = answer == null ? null : answer.withoutPrefix(characters);
        return new ExchangeException(getCause(), own, sent);
    }

    boolean wasSent() {
        return sent;
    }
}
