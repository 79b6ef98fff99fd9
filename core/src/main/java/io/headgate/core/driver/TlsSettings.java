package io.headgate.core.driver;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a connection is encrypted, with the modes and meanings of libpq.
 *
 * @param mode how much is asked for
 * @param rootCertificate PEM file of the authorities that may have signed the server's certificate, or null for those the
 *     Java runtime trusts
 * @see <a href="https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS">PostgreSQL, SSL Mode
 *     Descriptions</a>
 */
public record TlsSettings(Mode mode, @Nullable Path rootCertificate) {

    private static final TlsSettings PREFER = new TlsSettings(Mode.PREFER, null);

    /** How much is asked for. */
    public enum Mode {
        /** Never encrypted. */
        DISABLE,
        /** Encrypted if the server can. Protects against no attacker who can change traffic. */
        PREFER,
        /** Encrypted or not at all; the server's certificate is not checked. */
        REQUIRE,
        /** Encrypted, and the certificate is signed by a trusted authority. */
        VERIFY_CA,
        /** As verify-ca, and the certificate names the host connected to. */
        VERIFY_FULL;

        /** The mode as it stands in a URL: {@code verify-full}. */
        public String parameter() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    public TlsSettings {
        if (rootCertificate != null && mode != Mode.VERIFY_CA && mode != Mode.VERIFY_FULL) {
            throw new IllegalArgumentException(
                    "a root certificate (" + rootCertificate + ") is given and sslmode is " + mode.parameter()
                            + ", which checks no certificate; use verify-full, or leave the certificate out");
        }
    }

    /** libpq's default: encrypted if the server can. */
    public static TlsSettings prefer() {
        return PREFER;
    }
}
