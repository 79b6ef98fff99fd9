package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.ErrorTable.Kind;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ServerError;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong at connecting into an error that names the setting to look at, and never the password. */
final class ConnectErrors {

    private ConnectErrors() {}

    /** @param answer the server's last error, if it gave one */
    static HeadgateException of(
            Throwable error, @Nullable WireError answer, ConnectionSettings settings, Credentials credentials) {
        if (error instanceof HeadgateException known) {
            return known;
        }
        if (answer != null) {
            return refused(answer.error(), settings, credentials);
        }
        if (rootCause(error) instanceof UnknownHostException) {
            return new ConnectFailedException(
                    settings.node(),
                    "the host \"" + settings.host() + "\" is unknown; check it in the node's URL",
                    error);
        }
        if (isTls(error)) {
            return new ConfigurationException(
                    "TLS with " + settings.node() + " failed under sslmode="
                            + settings.tls().mode().parameter() + ": " + rootMessage(error)
                            + "; check sslrootcert, and that the certificate names the host",
                    error);
        }
        return new ConnectFailedException(settings.node(), rootMessage(error), error);
    }

    static HeadgateException timedOut(ConnectionSettings settings) {
        return new ConnectFailedException(
                settings.node(),
                "no answer within connect_timeout " + settings.connectTimeout().toMillis() + " ms",
                null);
    }

    private static HeadgateException refused(ServerError error, ConnectionSettings settings, Credentials credentials) {
        DatabaseException cause = ErrorTable.toException(error, settings.node(), null, false, null);
        if (ErrorTable.of(error, false).kind() != Kind.CONFIGURATION) {
            return cause;
        }
        return new ConfigurationException(
                settings.node() + " refuses user \"" + credentials.user() + "\" on database \""
                        + settings.database() + "\": " + error.message() + " (" + error.sqlState()
                        + "); check user, password and "
                        + "database in the node's URL",
                cause);
    }

    /** R2DBC's own exception is not public; it also stands for a connection that was closed meanwhile, which is no wrong setting. */
    private static boolean isTls(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof java.security.GeneralSecurityException) {
                return true;
            }
            if (cause.getClass().getSimpleName().equals("PostgresqlSslException")) {
                return !String.valueOf(cause.getMessage()).contains("closed during");
            }
        }
        return false;
    }

    private static Throwable rootCause(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    private static String rootMessage(Throwable error) {
        Throwable root = rootCause(error);
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
