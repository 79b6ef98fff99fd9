package io.headgate.samples.music.web;

/** Limits of page size and offset. */
public final class PageLimits {

    /** Default number of items on a page, as text for annotations. */
    public static final String DEFAULT_SIZE = "20";

    /** Items of the largest page. */
    public static final int MAX_SIZE = 100;

    /** PostgreSQL reads and drops the rows that an offset skips; clients that need more use the cursor. */
    public static final long MAX_OFFSET = 10_000;

    private PageLimits() {}

    /**
     * The rows before a page.
     *
     * @throws InvalidRequestException when there are more than {@link #MAX_OFFSET}
     */
    public static long offset(int page, int size) {
        long offset = (long) page * size;
        if (offset > MAX_OFFSET) {
            throw new InvalidRequestException(
                    "page", "page times size must be at most " + MAX_OFFSET + " and is " + offset);
        }
        return offset;
    }
}
