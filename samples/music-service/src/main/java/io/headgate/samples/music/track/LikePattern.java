package io.headgate.samples.music.track;

/** Patterns for LIKE and ILIKE out of what people type. */
final class LikePattern {

    private LikePattern() {}

    /** Matches what contains the text; wildcards in the text stand for themselves. */
    static String containing(String text) {
        return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}
