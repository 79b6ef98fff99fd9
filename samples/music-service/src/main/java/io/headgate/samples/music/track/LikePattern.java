package io.headgate.samples.music.track;

/** Patterns for LIKE and ILIKE from users' input. */
final class LikePattern {

    private LikePattern() {}

    /** Matches values that contain the text; wildcards in the text are escaped. */
    static String containing(String text) {
        return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}
