package io.headgate.core.error;

/** Notifications arrived faster than the subscriber consumed them; some were dropped. Listen again, and read the changed data. */
public final class NotificationOverflowException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    /** @param most the maximum number of waiting notifications */
    public NotificationOverflowException(int most) {
        super(
                "more than " + most
                        + " notifications waited to be taken, and further ones were dropped; take them faster, or keep what is"
                        + " new of each by onBackpressureLatest() or the like, and read what may have changed",
                null,
                Outcome.NOT_EXECUTED,
                false);
    }
}
