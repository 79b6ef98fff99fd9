package io.headgate.pool.guard;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The verdicts on texts seen before. A hit is one look-up in a hash map, without lock and allocation; a string keeps its
 * hash, and one that is a constant of the program is found by identity.
 *
 * <p>When it is full it is emptied as a whole: a flood of texts that never come again, as of a service that writes values
 * into its SQL, then costs each text that does come again one reading in {@value #MAX_TEXTS}. Safe for use by many threads.
 */
final class VerdictCache {

    /** Texts kept: several times what a service has of its own, and with {@link #MAX_LENGTH} at most 32 MiB. */
    static final int MAX_TEXTS = 2_048;

    /** Longest text kept, in chars. A longer one takes the server far longer than reading it takes here. */
    static final int MAX_LENGTH = 8_192;

    private final ConcurrentHashMap<String, Verdict> verdicts = new ConcurrentHashMap<>();

    Verdict of(String sql) {
        Verdict known = verdicts.get(sql);
        return known != null ? known : read(sql);
    }

    private Verdict read(String sql) {
        Verdict verdict = Verdict.of(sql);
        if (sql.length() > MAX_LENGTH) {
            return verdict;
        }
        // threads that come here together may each add one text above the bound
        if (verdicts.size() >= MAX_TEXTS) {
            verdicts.clear();
        }
        Verdict earlier = verdicts.putIfAbsent(sql, verdict);
        return earlier != null ? earlier : verdict;
    }

    int size() {
        return verdicts.size();
    }
}
