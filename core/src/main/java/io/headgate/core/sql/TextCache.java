package io.headgate.core.sql;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What was learned from SQL texts, kept for those that come again. A hit is one look-up in a hash map, without lock and
 * allocation; a string keeps its hash, and one that is a constant of the program is found by identity.
 *
 * <p>When it is full it is emptied as a whole: a flood of texts that never come again, as of a service that writes values
 * into its SQL, then costs each text that does come again one reading in {@value #MAX_TEXTS}. Safe for use by many threads.
 *
 * @param <V> what is learned from a text
 */
public final class TextCache<V> {

    /** Texts kept: several times what a service has of its own, and with {@link #MAX_LENGTH} at most 32 MiB. */
    public static final int MAX_TEXTS = 2_048;

    /** Longest text kept, in chars. A longer one takes the server far longer than reading it takes here. */
    public static final int MAX_LENGTH = 8_192;

    private final ConcurrentHashMap<String, V> known = new ConcurrentHashMap<>();
    private final Function<? super String, ? extends V> reading;
    private final Predicate<? super V> kept;

    /** @param reading learns from a text, in time linear in its length; two threads may read the same text at once */
    public TextCache(Function<? super String, ? extends V> reading) {
        this(reading, learned -> true);
    }

    /** @param kept whether what was learned is small enough to be kept */
    TextCache(Function<? super String, ? extends V> reading, Predicate<? super V> kept) {
        this.reading = Objects.requireNonNull(reading, "reading");
        this.kept = kept;
    }

    /** What is learned from a text. */
    public V of(String sql) {
        V found = known.get(sql);
        return found != null ? found : read(sql);
    }

    private V read(String sql) {
        V learned = reading.apply(sql);
        if (sql.length() > MAX_LENGTH || !kept.test(learned)) {
            return learned;
        }
        // threads that come here together may each add one text above the bound
        if (known.size() >= MAX_TEXTS) {
            known.clear();
        }
        V earlier = known.putIfAbsent(sql, learned);
        return earlier != null ? earlier : learned;
    }

    /** How many texts are kept. */
    public int size() {
        return known.size();
    }
}
