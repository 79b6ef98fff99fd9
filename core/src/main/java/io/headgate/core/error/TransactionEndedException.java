package io.headgate.core.error;

/** A transaction was used after it had ended, outside the function that received it. Nothing was sent. */
public final class TransactionEndedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public TransactionEndedException() {
        super(
                "the transaction has ended; use it only inside the function that received it, and return the publisher "
                        + "of every statement from that function",
                null,
                Outcome.NOT_EXECUTED,
                false);
    }
}
