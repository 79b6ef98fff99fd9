package io.headgate.driver.r2dbc;

import org.jspecify.annotations.Nullable;

/** A statement failed, with what the wire tells about it. {@link DriverErrors} makes the error for the caller of it. */
final class ExchangeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable WireError answer;
    private final boolean sent;

    /**
     * @param cause R2DBC's error
     * @param answer the server's error, if it answered
     * @param sent whether anything of the statement went out
     */
    ExchangeException(@Nullable Throwable cause, @Nullable WireError answer, boolean sent) {
        super(cause == null ? null : cause.getMessage(), cause, false, false);
        this.answer = answer;
        this.sent = sent;
    }

    /** The server's error, or null when it gave none. */
    @Nullable
    WireError answer() {
        return answer;
    }

    /** The same for a statement that was sent behind some text of the driver's own, which errors count in. */
    ExchangeException withoutPrefix(int characters) {
        WireError own = answer == null ? null : answer.withoutPrefix(characters);
        return new ExchangeException(getCause(), own, sent);
    }

    boolean wasSent() {
        return sent;
    }
}
