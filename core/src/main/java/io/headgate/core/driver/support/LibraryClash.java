package io.headgate.core.driver.support;

import io.headgate.core.error.ConfigurationException;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Recognizes that a class or method is missing while a connection is opened, mostly because two versions of a library are on the
 * class path. R2DBC PostgreSQL before 1.1 brings {@code com.ongres.scram:client}, whose classes have the names of the Netty driver's {@code
 * com.ongres.scram:scram-client}.
 */
final class LibraryClash {

    /** The exceptions of the SCRAM library do not name its package; a missing class or method does. */
    private static final Pattern SCRAM = Pattern.compile("com[./]ongres[./]scram");

    private LibraryClash() {}

    /** The Netty driver reports what its event loop caught as an IOException with the message of the error. */
    static boolean isMissingClass(Throwable cause) {
        return cause instanceof LinkageError
                || (cause instanceof IOException
                        && SCRAM.matcher(cause.toString()).find());
    }

    /**
     * The error to report, with the way out.
     *
     * @param missing names the missing class or method
     * @param cause the error of the client library
     */
    static ConfigurationException error(Throwable missing, Throwable cause) {
        return new ConfigurationException(
                "a class or method that the driver needs is missing, or comes from another version of its library ("
                        + missing + "): "
                        + (SCRAM.matcher(missing.toString()).find()
                                ? "org.postgresql:r2dbc-postgresql before 1.1 brings com.ongres.scram:client, which has the"
                                        + " classes of com.ongres.scram:scram-client. Use r2dbc-postgresql 1.1 or newer: with"
                                        + " spring-boot-starter-parent set"
                                        + " <r2dbc-postgresql.version>1.1.1.RELEASE</r2dbc-postgresql.version>, else import"
                                        + " io.headgate:headgate-bom before Spring Boot's own BOM"
                                : "import io.headgate:headgate-bom in dependencyManagement, before Spring Boot's own BOM"),
                cause);
    }
}
