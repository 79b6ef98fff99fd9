package io.headgate.samples.music.web;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** 409: the request contradicts the stored data. */
public final class ConflictException extends ErrorResponseException {

    /** An exception with the contradiction as its detail. */
    public ConflictException(String detail, @Nullable Throwable cause) {
        super(HttpStatus.CONFLICT, ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, detail), cause);
    }

    /** Adds a property to the problem's details. */
    public ConflictException with(String property, Object value) {
        getBody().setProperty(property, value);
        return this;
    }
}
