package io.headgate.samples.music.web;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** 404: there is no object with that id. */
public final class NotFoundException extends ErrorResponseException {

    /** An exception that names the kind and the id. */
    public NotFoundException(String kind, long id) {
        super(
                HttpStatus.NOT_FOUND,
                ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "There is no " + kind + " with id " + id + "."),
                null);
    }
}
