package io.headgate.samples.music.web;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** 422: the request is well-formed but names something that does not exist. */
public final class UnknownReferenceException extends ErrorResponseException {

    /** Names the references. */
    public UnknownReferenceException(List<FieldError> errors) {
        super(HttpStatus.UNPROCESSABLE_CONTENT, problem(errors), null);
    }

    private static ProblemDetail problem(List<FieldError> errors) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.UNPROCESSABLE_CONTENT, "The request names something that does not exist.");
        problem.setProperty("errors", errors);
        return problem;
    }
}
