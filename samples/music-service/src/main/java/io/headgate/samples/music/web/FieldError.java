package io.headgate.samples.music.web;

import java.util.Comparator;

/**
 * The error of one value of a request.
 *
 * @param field the value's place, such as {@code name} or {@code tracks[3].title}
 * @param message the violated rule
 */
public record FieldError(String field, String message) {

    static final Comparator<FieldError> ORDER =
            Comparator.comparing(FieldError::field).thenComparing(FieldError::message);
}
