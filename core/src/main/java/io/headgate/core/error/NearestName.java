package io.headgate.core.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the known name that is most similar to an unknown one, for error messages. */
final class NearestName {

    private NearestName() {}

    /** The known name with the smallest edit distance, ignoring case; the first one if several are equal. */
    static String of(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate ->
                        EditDistance.between(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT))))
                .orElseThrow();
    }

    /** Shorter names are near many words. */
    private static final int SHORTEST_MISSPELT = 6;

    private static final int TYPING_ERRORS = 2;

    static boolean isMisspelt(String name, Collection<String> known) {
        String plain = plain(name);
        return plain.length() >= SHORTEST_MISSPELT
                && known.stream().anyMatch(candidate -> EditDistance.between(plain, plain(candidate)) <= TYPING_ERRORS);
    }

    private static String plain(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }
}
