package io.headgate.core.sql;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A cache of values computed from SQL texts. A hit is one look-up in a hash map, without lock or allocation. A string caches its
 * hash, and a constant of the program is found by identity.
 *
 * <p>A full cache is cleared completely. If a service writes values into its SQL, it floods the cache with texts that are never used
 * again; then each repeated text is computed again once per {@value #MAX_TEXTS} new texts. Safe for use by many threads.
 *
 * @param <V> the value computed from a text
 */
public final class TextCache<V> {

    /** Maximum number of texts: several times the texts of a service. With {@link #MAX_LENGTH} at most 32 MiB. */
    public static final int MAX_TEXTS = 2_048;

    /** Maximum length of a cached text, in chars. For longer texts the server needs far more time than the computation here. */
    public static final int MAX_LENGTH = 8_192;

    private final ConcurrentHashMap<String, V> known = new ConcurrentHashMap<>();
    private final Function<? super String, ? extends V> compute;
    private final Predicate<? super V> isCacheable;

    /** @param compute computes the value in time linear in the text's length; two threads may compute the same text at the same time */
    public TextCache(Function<? super String, ? extends V> compute) {
        this(compute, value -> true);
    }

    /** @param isCacheable whether a value is small enough for the cache */
    TextCache(Function<? super String, ? extends V> compute, Predicate<? super V> isCacheable) {
        this.compute = Objects.requireNonNull(compute, "compute");
        this.isCacheable = isCacheable;
    }

    /** The value for a text. */
    public V of(String sql) {
        V found = known.get(sql);
        return found != null ? found : computeAndCache(sql);
    }

    private V computeAndCache(String sql) {
        V value = compute.apply(sql);
        if (sql.length() > MAX_LENGTH || !isCacheable.test(value)) {
            return value;
        }
        // threads that arrive here at the same time may each add one text above the limit
        if (known.size() >= MAX_TEXTS) {
            known.clear();
        }
        V earlier = known.putIfAbsent(sql, value);
        return earlier != null ? earlier : value;
    }

    /** The number of cached texts. */
    public int size() {
        return known.size();
    }
}
