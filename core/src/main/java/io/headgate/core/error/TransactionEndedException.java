package io.headgate.core.error;

/**
 * A transaction was used after its end, outside the function that received it; then nothing was sent. Or a stream was still being
 * read when its transaction ended.
 */
public final class TransactionEndedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public TransactionEndedException() {
        this(
                "the transaction has ended; use it only inside the function that received it, and return the publisher "
                        + "of every statement from that function",
                Outcome.NOT_EXECUTED);
    }

    private TransactionEndedException(String message, Outcome outcome) {
        super(message, null, outcome, false);
    }

    /**
     * The error of a stream that was still being read when its transaction or savepoint ended.
     *
     * @param outcome whether its statement took effect, as far as it is known
     */
    public static TransactionEndedException duringStream(Outcome outcome) {
        return new TransactionEndedException(
                "the transaction ended before this stream was read to its end; return the publisher of every stream from the"
                        + " function that received the transaction",
                outcome);
    }
}
