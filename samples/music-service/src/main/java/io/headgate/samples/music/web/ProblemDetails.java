package io.headgate.samples.music.web;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.MethodParameter;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.validation.Errors;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ContentTooLargeException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;

/** Converts every error to a problem detail (RFC 9457). Messages of a driver or the database go to the log and never to the client. */
@RestControllerAdvice
final class ProblemDetails extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemDetails.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    @ExceptionHandler
    Mono<ResponseEntity<Object>> handle(OptimisticLockingFailureException error, ServerWebExchange exchange) {
        ConflictException conflict = new ConflictException(
                "It was changed since you read it. Read it again, then send its new version.", error);
        return handleExceptionInternal(conflict, null, HttpHeaders.EMPTY, HttpStatus.CONFLICT, exchange);
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    Mono<ResponseEntity<Object>> handleDatabase(Exception error, ServerWebExchange exchange) {
        if (!Availability.isUnavailable(error)) {
            return handleUnexpected(error, exchange);
        }
        LOG.warn("The database did not serve {}: {}", exchange.getRequest().getPath(), error.toString());
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE, "The database is unavailable or overloaded. Try again soon.");
        return handleExceptionInternal(error, problem, headers, HttpStatus.SERVICE_UNAVAILABLE, exchange);
    }

    @ExceptionHandler
    Mono<ResponseEntity<Object>> handleUnexpected(Exception error, ServerWebExchange exchange) {
        if (DisconnectedClientHelper.isClientDisconnectedException(error)) {
            // the client has disconnected, and there is no error
            return Mono.empty();
        }
        LOG.error("Unexpected error at {}", exchange.getRequest().getPath(), error);
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.INTERNAL_SERVER_ERROR, "The service failed. The cause is in its log.");
        return handleExceptionInternal(error, problem, HttpHeaders.EMPTY, HttpStatus.INTERNAL_SERVER_ERROR, exchange);
    }

    @Override
    protected Mono<ResponseEntity<Object>> handleWebExchangeBindException(
            WebExchangeBindException error, HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
        return invalid(error, fieldErrors("", error), headers, exchange);
    }

    @Override
    protected Mono<ResponseEntity<Object>> handleHandlerMethodValidationException(
            HandlerMethodValidationException error,
            HttpHeaders headers,
            HttpStatusCode status,
            ServerWebExchange exchange) {
        return invalid(
                error,
                error.getParameterValidationResults().stream().flatMap(ProblemDetails::fieldErrors),
                headers,
                exchange);
    }

    /** Malformed JSON, a parameter of the wrong type, and the like. */
    @Override
    protected Mono<ResponseEntity<Object>> handleServerWebInputException(
            ServerWebInputException error, HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
        MethodParameter parameter = error.getMethodParameter();
        String name = parameter == null ? null : parameter.getParameterName();
        String message = error.getCause() == null ? "is missing" : "cannot be read";
        return invalid(error, Stream.of(new FieldError(name == null ? "request" : name, message)), headers, exchange);
    }

    @Override
    protected Mono<ResponseEntity<Object>> handleResponseStatusException(
            ResponseStatusException error, HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
        if (error instanceof ContentTooLargeException) {
            error.setDetail("The body of the request is too large.");
        }
        return super.handleResponseStatusException(error, headers, status, exchange);
    }

    private Mono<ResponseEntity<Object>> invalid(
            Exception error, Stream<FieldError> errors, HttpHeaders headers, ServerWebExchange exchange) {
        List<FieldError> sorted = errors.sorted(FieldError.ORDER).toList();
        return handleExceptionInternal(
                error, InvalidRequestException.problem(sorted), headers, HttpStatus.BAD_REQUEST, exchange);
    }

    private static Stream<FieldError> fieldErrors(ParameterValidationResult result) {
        String parameter = String.valueOf(result.getMethodParameter().getParameterName());
        Integer index = result.getContainerIndex();
        String place = index == null ? parameter : parameter + "[" + index + "]";
        return result instanceof ParameterErrors errors
                ? fieldErrors(place + ".", errors)
                : result.getResolvableErrors().stream()
                        .map(error -> new FieldError(place, message(error.getDefaultMessage())));
    }

    private static Stream<FieldError> fieldErrors(String prefix, Errors errors) {
        return errors.getFieldErrors().stream()
                .map(error -> new FieldError(prefix + error.getField(), message(error.getDefaultMessage())));
    }

    private static String message(@Nullable String message) {
        return message == null ? "is not valid" : message;
    }
}
