package io.headgate.samples.music.web;

/** How far and how much clients may read at once. */
public final class PageLimits {

    /** Items of a page unless the client says otherwise, as the text that annotations take. */
    public static final String DEFAULT_SIZE = "20";

    /** Items of the largest page. */
    public static final int MAX_SIZE = 100;

    /** PostgreSQL reads and drops what an offset skips; whoever wants more walks by cursor. */
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
