package io.headgate.core.driver.support;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.TlsSettings;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.ErrorTable.Kind;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ServerError;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Converts failures to connect into errors that name the setting to check, and never the password. */
public final class ConnectErrors {

    private static final String DIRECT_ADVICE =
            "; sslnegotiation=direct needs PostgreSQL 17 or newer, straight: leave it out for an older one and for PgBouncer";

    private ConnectErrors() {}

    /**
     * The error to report.
     *
     * @param error the error of the client library
     * @param answer the server's error message, or null
     * @param tls whether the client library reports a TLS failure. Certificates and handshakes that Java itself refuses are recognized
     *     by their exceptions
     */
    public static HeadgateException of(
            Throwable error,
            @Nullable ServerError answer,
            boolean tls,
            ConnectionSettings settings,
            Credentials credentials) {
        if (error instanceof HeadgateException known) {
            return known;
        }
        if (answer != null) {
            return refused(answer, settings, credentials);
        }
        Optional<Throwable> clash =
                causes(error).filter(LibraryClash::isMissingClass).findFirst();
        if (clash.isPresent()) {
            return LibraryClash.error(clash.get(), error);
        }
        if (causes(error).anyMatch(UnknownHostException.class::isInstance)) {
            return unknownHost(settings, error);
        }
        if (settings.isUnixSocket() && causes(error).anyMatch(FileNotFoundException.class::isInstance)) {
            return noSocket(settings, error);
        }
        if (tls || causes(error).anyMatch(ConnectErrors::isTls)) {
            return new ConfigurationException(
                    "TLS with " + settings.node() + " failed under sslmode="
                            + settings.tls().mode().parameter() + ": " + rootMessage(error)
                            + "; check sslrootcert, and that the certificate names the host",
                    error);
        }
        return new ConnectFailedException(settings.node(), rootMessage(error), error);
    }

    /** The error for a host without an address. */
    public static HeadgateException unknownHost(ConnectionSettings settings, Throwable error) {
        return new ConnectFailedException(
                settings.node(), "the host \"" + settings.host() + "\" is unknown; check it in the node's URL", error);
    }

    private static HeadgateException noSocket(ConnectionSettings settings, Throwable error) {
        return new ConnectFailedException(
                settings.node(),
                "there is no such unix socket; check folder and port in the node's URL, and unix_socket_directories of"
                        + " PostgreSQL or unix_socket_dir of PgBouncer",
                error);
    }

    /** The error when no answer arrived within the timeout. */
    public static HeadgateException timedOut(ConnectionSettings settings) {
        return new ConnectFailedException(
                settings.node(),
                "no answer within connect_timeout " + settings.connectTimeout().toMillis() + " ms"
                        + (settings.tls().negotiation() == TlsSettings.Negotiation.DIRECT ? DIRECT_ADVICE : ""),
                null);
    }

    /** The error when the other side closes the connection during a direct TLS handshake, probably because it does not support that. */
    public static HeadgateException noDirectTls(ConnectionSettings settings, Throwable error) {
        return new ConnectFailedException(
                settings.node(), "closed by the other side during the TLS handshake" + DIRECT_ADVICE, error);
    }

    /** The error when the other side does not answer TLS with TLS. */
    public static HeadgateException notTls(ConnectionSettings settings, Throwable error) {
        return new ConfigurationException(
                settings.node() + " answers TLS with something else, as PgBouncer before 1.21 does" + DIRECT_ADVICE,
                error);
    }

    private static HeadgateException refused(ServerError error, ConnectionSettings settings, Credentials credentials) {
        DatabaseException cause = ErrorTable.toException(error, settings.node(), null, Effect.NONE, null);
        if (ErrorTable.of(error, Effect.NONE).kind() != Kind.CONFIGURATION) {
            return cause;
        }
        return new ConfigurationException(
                settings.node() + " refuses user \"" + credentials.user() + "\" on database \""
                        + settings.database() + "\": " + error.message() + " (" + error.sqlState()
                        + "); check user, password and "
                        + "database in the node's URL",
                cause);
    }

    private static boolean isTls(Throwable cause) {
        return cause instanceof SSLException || cause instanceof GeneralSecurityException;
    }

    /** An error and its causes, outermost first. */
    public static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(
                error, cause -> cause != null, cause -> cause.getCause() == cause ? null : cause.getCause());
    }

    /** The message of the innermost cause that has one. */
    private static String rootMessage(Throwable error) {
        String message = error.toString();
        for (Iterator<Throwable> each = causes(error).iterator(); each.hasNext(); ) {
            String deeper = each.next().getMessage();
            if (deeper != null) {
                message = deeper;
            }
        }
        return message;
    }
}
