package io.headgate.driver.r2dbc;

import org.jspecify.annotations.Nullable;

/** A statement failed, with what the wire tells about it. {@link R2dbcErrors} makes the error for the caller of it. */
final class ExchangeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable WireError answer;
    private final transient @Nullable WireError firstAnswer;
    private final boolean sent;

    /**
     * @param cause R2DBC's error
     * @param answer the server's error, if it answered
     * @param firstAnswer the first, where R2DBC sent the statement a second time by itself
     * @param sent whether anything of the statement went out
     */
    ExchangeException(
            @Nullable Throwable cause, @Nullable WireError answer, @Nullable WireError firstAnswer, boolean sent) {
        super(cause == null ? null : cause.getMessage(), cause, false, false);
        this.answer = answer;
        this.firstAnswer = firstAnswer;
        this.sent = sent;
    }

    /**
     * The server's error, or null when it gave none. R2DBC repeats a statement whose prepared form went stale even in a
     * transaction, which the first error has aborted: then the first is the one that tells something.
     */
    @Nullable
    WireError answer() {
        WireError first = firstAnswer;
        return first != null && answer != null && answer.error().sqlState().equals("25P02") ? first : answer;
    }

    /** The same for a statement that was sent behind some text of the driver's own, which errors count in. */
    ExchangeException withoutPrefix(int characters) {
        WireError own = answer == null ? null : answer.withoutPrefix(characters);
        WireError first = firstAnswer == null ? null : firstAnswer.withoutPrefix(characters);
        return new ExchangeException(getCause(), own, first, sent);
    }

    boolean wasSent() {
        return sent;
    }
}
