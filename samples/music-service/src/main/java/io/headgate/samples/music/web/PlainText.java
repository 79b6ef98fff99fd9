package io.headgate.samples.music.web;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Text that PostgreSQL can store and people can read: no control characters, no halves of surrogate pairs. */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = {})
@ReportAsSingleViolation
@Pattern(regexp = "[^\\p{Cc}\\p{Cs}]*")
public @interface PlainText {

    /** The message for the client. */
    String message() default "must not contain control characters or unpaired surrogates";

    /** Required of every constraint. */
    Class<?>[] groups() default {};

    /** Required of every constraint. */
    Class<? extends Payload>[] payload() default {};
}
