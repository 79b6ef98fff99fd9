package io.headgate.core.driver;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a connection is encrypted, with the modes and meanings of libpq.
 *
 * @param mode how much is asked for
 * @param rootCertificate PEM file of the authorities that may have signed the server's certificate, or null for those the
 *     Java runtime trusts
 * @param negotiation how encryption begins; by default the server is asked first
 * @see <a href="https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS">PostgreSQL, SSL Mode
 *     Descriptions</a>
 */
public record TlsSettings(Mode mode, @Nullable Path rootCertificate, Negotiation negotiation) {

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

        /** Whether a connection without encryption is none at all. */
        public boolean isAlwaysEncrypted() {
            return this != DISABLE && this != PREFER;
        }
    }

    /** How encryption begins, {@code sslnegotiation} of libpq. */
    public enum Negotiation {
        /** The server is asked whether it takes TLS, in clear: as every server and pooler has it. */
        POSTGRES,
        /**
         * With the first byte, which saves a round trip: as PostgreSQL has it from 17 on, and what terminates TLS in front of it.
         * PgBouncer has it not.
         */
        DIRECT
    }

    /** @throws IllegalArgumentException if the certificate or the negotiation do not fit the mode */
    public TlsSettings {
        if (rootCertificate != null && mode != Mode.VERIFY_CA && mode != Mode.VERIFY_FULL) {
            throw new IllegalArgumentException(
                    "a root certificate (" + rootCertificate + ") is given and sslmode is " + mode.parameter()
                            + ", which checks no certificate; use verify-full, or leave the certificate out");
        }
        if (negotiation == Negotiation.DIRECT && !mode.isAlwaysEncrypted()) {
            throw new IllegalArgumentException("sslnegotiation is direct and sslmode is " + mode.parameter()
                    + ", which may go without TLS; use sslmode=require or stronger, or leave sslnegotiation out");
        }
    }

    /** Settings under which the server is asked first. */
    public TlsSettings(Mode mode, @Nullable Path rootCertificate) {
        this(mode, rootCertificate, Negotiation.POSTGRES);
    }

    /** libpq's default: encrypted if the server can. */
    public static TlsSettings prefer() {
        return PREFER;
    }
}
