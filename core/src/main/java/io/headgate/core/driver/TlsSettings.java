package io.headgate.core.driver;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a connection is encrypted, with libpq's modes and meanings.
 *
 * @param mode whether encryption and certificate checks are required
 * @param rootCertificate PEM file with the trusted certificate authorities, or null for those that the Java runtime trusts
 * @param negotiation how encryption begins; by default the client asks the server first
 * @see <a href="https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS">PostgreSQL, SSL Mode
 *     Descriptions</a>
 */
public record TlsSettings(Mode mode, @Nullable Path rootCertificate, Negotiation negotiation) {

    private static final TlsSettings PREFER = new TlsSettings(Mode.PREFER, null);

    /** Whether encryption and certificate checks are required. */
    public enum Mode {
        /** Never encrypted. */
        DISABLE,
        /** Encrypted if the server supports it. No protection against an attacker who can change the traffic. */
        PREFER,
        /** Always encrypted; the server's certificate is not checked. */
        REQUIRE,
        /** Always encrypted, and a trusted authority must have signed the certificate. */
        VERIFY_CA,
        /** As verify-ca, and the certificate must name the host. */
        VERIFY_FULL;

        /** The mode's name in a URL: {@code verify-full}. */
        public String parameter() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        /** Whether a connection without encryption is refused. */
        public boolean isAlwaysEncrypted() {
            return this != DISABLE && this != PREFER;
        }
    }

    /** How encryption begins: libpq's {@code sslnegotiation}. */
    public enum Negotiation {
        /** The client asks the server in clear text whether it supports TLS. Every server and pooler supports this. */
        POSTGRES,
        /**
         * TLS starts with the first byte, which saves a round trip. PostgreSQL 17 and newer and TLS proxies support this; PgBouncer
         * does not.
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

    /** Settings with {@link Negotiation#POSTGRES}. */
    public TlsSettings(Mode mode, @Nullable Path rootCertificate) {
        this(mode, rootCertificate, Negotiation.POSTGRES);
    }

    /** libpq's default: encrypted if the server supports it. */
    public static TlsSettings prefer() {
        return PREFER;
    }
}
