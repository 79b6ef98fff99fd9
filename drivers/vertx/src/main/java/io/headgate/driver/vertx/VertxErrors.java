package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts Vert.x's errors to Headgate's errors. Errors without a type of their own are recognized by their message; tests check the
 * messages against the library, so an upgrade that changes one is noticed.
 */
final class VertxErrors {

    private static final Pattern COUNT =
            Pattern.compile("expected number of parameters = \\[(\\d+)] but the actual number is \\[(\\d+)]");
    private static final Pattern COERCION = Pattern.compile(
            "Parameter at position\\[(\\d+)] with class = \\[(.*?)] and value = .* can not be coerced to the expected class = \\[(.*?)]",
            Pattern.DOTALL);
    private static final String NOT_SENT = "Pending requests failed to be sent";
    private static final String NOT_ACTIVE = "Connection is not active";

    private VertxErrors() {}

    /** The error of a failed connect. */
    static HeadgateException ofConnect(Throwable error, ConnectionSettings settings, Credentials credentials) {
        ServerError answer = error instanceof PgException pg ? serverError(pg) : null;
        boolean tls = String.valueOf(error.getMessage()).contains("SSL");
        return ConnectErrors.of(error, answer, tls, settings, credentials);
    }

    /** Converts an error response. */
    static ServerError serverError(PgException e) {
        return new ServerError(
                e.getSeverity() == null ? "ERROR" : e.getSeverity(),
                e.getSqlState() == null ? "XX000" : e.getSqlState(),
                e.getErrorMessage() == null ? "" : e.getErrorMessage(),
                e.getDetail(),
                e.getHint(),
                position(e.getPosition()),
                e.getSchema(),
                e.getTable(),
                e.getColumn(),
                e.getConstraint(),
                e.getRoutine());
    }

    /**
     * The error of a statement.
     *
     * @param fatal the fatal error that ended the connection, if Vert.x reported it; otherwise null
     * @param effect the statement's possible effect
     */
    static HeadgateException ofStatement(
            Throwable error, Node node, String sql, @Nullable ServerError fatal, Effect effect) {
        if (error instanceof HeadgateException known) {
            return known;
        }
        if (error instanceof PgException pg) {
            return ErrorTable.toException(serverError(pg), node, sql, effect, null);
        }
        String message = String.valueOf(error.getMessage());
        if (message.contains(NOT_SENT) || message.contains(NOT_ACTIVE)) {
            return new ConnectionLostException(node, closeReason(fatal, error), Outcome.NOT_EXECUTED, null);
        }
        if (fatal != null) {
            return ErrorTable.toException(fatal, node, sql, effect, null);
        }
        Outcome unanswered = effect == Effect.NONE ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
        if (error instanceof ClosedConnectionException || error instanceof IOException) {
            return new ConnectionLostException(node, closeReason(null, error), unanswered, null);
        }
        HeadgateException parameter = error instanceof VertxException ? ofParameters(message, sql) : null;
        if (parameter != null) {
            return parameter;
        }
        return new RowMappingException(
                "the driver cannot read the answer to: " + sql + ": " + error, error, unanswered);
    }

    private static String closeReason(@Nullable ServerError fatal, Throwable error) {
        if (fatal != null) {
            return fatal.message();
        }
        return error instanceof IOException ? String.valueOf(error.getMessage()) : "closed by the other side";
    }

    private static @Nullable HeadgateException ofParameters(String message, String sql) {
        Matcher count = COUNT.matcher(message);
        if (count.find()) {
            return StatementChecks.wrongCount(sql, Integer.parseInt(count.group(1)), Integer.parseInt(count.group(2)));
        }
        Matcher coercion = COERCION.matcher(message);
        if (coercion.find()) {
            return new ParameterException("parameter $" + (Integer.parseInt(coercion.group(1)) + 1) + " is a "
                    + coercion.group(2) + " that does not fit the statement's " + coercion.group(3)
                    + "; bind that type, or cast in SQL ($1::text): " + sql);
        }
        return null;
    }

    private static int position(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
