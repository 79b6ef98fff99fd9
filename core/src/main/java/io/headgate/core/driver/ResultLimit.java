package io.headgate.core.driver;

/**
 * The largest result that is held in memory as a whole. Streams have no limit.
 *
 * @param rows maximum number of rows, at least 1; default 1,000,000: rows of one number then take about 100 MB of objects, and a
 *     query that returns more has most likely lost its WHERE
 * @param bytes maximum bytes of values, at least 1; default 64 MiB, as for one parameter; the objects take several times that
 */
public record ResultLimit(int rows, long bytes) {

    /** The defaults. */
    public static final ResultLimit DEFAULT = new ResultLimit(1_000_000, 64L * 1024 * 1024);

    public ResultLimit {
        if (rows < 1) {
            throw new IllegalArgumentException("maxResultRows is " + rows + "; it must be at least 1");
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("maxResultBytes is " + bytes + "; it must be at least 1");
        }
    }
}
