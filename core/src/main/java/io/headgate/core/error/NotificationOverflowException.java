package io.headgate.core.error;

/** Notifications came faster than they were taken, and further ones were dropped. Listen anew, and read what may have changed. */
public final class NotificationOverflowException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    /** @param most how many may wait */
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
