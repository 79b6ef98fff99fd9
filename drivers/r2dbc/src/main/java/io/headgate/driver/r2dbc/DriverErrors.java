package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts the errors of an exchange to Headgate's errors. */
final class DriverErrors {

    /** PostgreSQL's error context for a parameter that it cannot read, from version 13: {@code unnamed portal parameter $1 = '...'}. */
    private static final Pattern PARAMETER = Pattern.compile("\\bportal\\b.*? parameter \\$(\\d+)\\b", Pattern.DOTALL);

    private DriverErrors() {}

    /**
     * The error of a failed connect.
     *
     * @param answer the server's last error, or null
     */
    static HeadgateException ofConnect(
            Throwable error, @Nullable WireError answer, ConnectionSettings settings, Credentials credentials) {
        return ConnectErrors.of(error, answer == null ? null : answer.error(), isTls(error), settings, credentials);
    }

    /** Whether TLS failed. R2DBC's exception is not public. It also reports a closed connection, which is no wrong setting. */
    private static boolean isTls(Throwable error) {
        return ConnectErrors.causes(error)
                .anyMatch(cause -> cause.getClass().getSimpleName().equals("PostgresqlSslException")
                        && !String.valueOf(cause.getMessage()).contains("closed during"));
    }

    /**
     * The error of a statement.
     *
     * @param sql the statement as the caller passed it
     * @param values the bound values
     * @param fatal the error that ended the connection, or null
     * @param effect the statement's possible effect
     */
    static HeadgateException of(
            Throwable error,
            Node node,
            String sql,
            List<@Nullable Object> values,
            @Nullable WireError fatal,
            Effect effect) {
        if (error instanceof HeadgateException known) {
            return known;
        }
        if (!(error instanceof ExchangeException exchange)) {
            return new ParameterException("the driver cannot send the statement: " + error.getMessage() + ": " + sql);
        }
        if (!exchange.wasSent()) {
            String why = fatal == null
                    ? "it was closed before the statement was sent"
                    : fatal.error().message();
            return new ConnectionLostException(node, why, Outcome.NOT_EXECUTED, null);
        }
        WireError answer = exchange.answer();
        if (answer != null) {
            HeadgateException parameter = ofParameter(answer, sql, values);
            return parameter != null ? parameter : ErrorTable.toException(answer.error(), node, sql, effect, null);
        }
        if (fatal != null) {
            return ErrorTable.toException(fatal.error(), node, sql, effect, null);
        }
        Outcome unanswered = effect == Effect.NONE ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
        if (exchange.getCause() instanceof io.r2dbc.spi.R2dbcException
                || exchange.getCause() instanceof java.io.IOException) {
            return new ConnectionLostException(node, "closed by the other side", unanswered, null);
        }
        return new RowMappingException(
                "the driver cannot read the answer to: " + sql + ": " + exchange.getCause(),
                exchange.getCause(),
                unanswered);
    }

    /**
     * The error of a value that the server could not read as the parameter's type. The value is left out of the message, because it may be
     * personal data.
     */
    private static @Nullable HeadgateException ofParameter(
            WireError answer, String sql, List<@Nullable Object> values) {
        Matcher matcher = PARAMETER.matcher(answer.where());
        if (!answer.error().sqlState().startsWith("22") || !matcher.find()) {
            return null;
        }
        int position = Integer.parseInt(matcher.group(1));
        Object value = position <= values.size() ? values.get(position - 1) : null;
        return new ParameterException("parameter $" + position + " is a "
                + (value == null ? "value" : value.getClass().getTypeName())
                + " that does not fit the statement: " + withoutQuotes(answer.error())
                + "; bind that type, or cast in SQL ($" + position + "::text): " + sql);
    }

    private static String withoutQuotes(ServerError error) {
        String message = error.message();
        int first = message.indexOf('"');
        int last = message.lastIndexOf('"');
        return first < 0
                ? "SQLSTATE " + error.sqlState()
                : message.substring(0, first).stripTrailing() + " ..." + message.substring(last + 1);
    }
}
