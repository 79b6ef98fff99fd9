package io.headgate.samples.music.web;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** 400: a value that no annotation can check. */
public final class InvalidRequestException extends ErrorResponseException {

    /** Names the value and the rule. */
    public InvalidRequestException(String field, String message) {
        super(HttpStatus.BAD_REQUEST, problem(List.of(new FieldError(field, message))), null);
    }

    static ProblemDetail problem(List<FieldError> errors) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "The request is not valid.");
        problem.setProperty("errors", errors);
        return problem;
    }
}
