package io.headgate.testkit.internal.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.testkit.ClusterException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A certificate authority that lives for one test cluster. Its certificates are X.509 version 3 with P-256 keys, and
 * valid from yesterday for a year.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280">RFC 5280</a>
 */
public final class CertificateAuthority {
    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
    private static final Pattern NUMERIC_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final byte[] name;
    private final KeyPair keys;
    private final String certificatePem;

    private CertificateAuthority(byte[] name, KeyPair keys) {
        this.name = name;
        this.keys = keys;
        byte[] certifySign = Der.bits(1, new byte[] {0b0000_0110});
        this.certificatePem = certificate(
                name,
                keys.getPublic(),
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.bool(true))),
                extension(KEY_USAGE, true, certifySign));
    }

    /**
     * A server's certificate with its key.
     *
     * @param certificatePem the certificate
     * @param keyPem the private key, unencrypted PKCS #8
     */
    public record Issued(String certificatePem, String keyPem) {
        /** Leaves the key out. */
        @Override
        public String toString() {
            return certificatePem;
        }
    }

    /**
     * Creates an authority with a new key.
     *
     * @param commonName its name
     * @return the authority
     */
    public static CertificateAuthority create(String commonName) {
        return new CertificateAuthority(distinguishedName(commonName), newKeys());
    }

    /**
     * The authority's own certificate, which clients are to trust.
     *
     * @return PEM
     */
    public String certificatePem() {
        return certificatePem;
    }

    /**
     * Issues a server's certificate with a new key.
     *
     * @param hosts host names and addresses that the certificate is for; the first is also its common name
     * @return certificate and key
     */
    public Issued issue(String... hosts) {
        KeyPair serverKeys = newKeys();
        byte[][] names = new byte[hosts.length][];
        for (int i = 0; i < hosts.length; i++) {
            names[i] = generalName(hosts[i]);
        }
        String certificate = certificate(
                distinguishedName(hosts[0]),
                serverKeys.getPublic(),
                extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(SERVER_AUTHENTICATION))),
                extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(names)));
        return new Issued(
                certificate, pem("PRIVATE KEY", serverKeys.getPrivate().getEncoded()));
    }

    private String certificate(byte[] subject, PublicKey key, byte[]... extensions) {
        Instant now = Instant.now();
        byte[] validity =
                Der.sequence(Der.time(now.minus(Duration.ofDays(1))), Der.time(now.plus(Duration.ofDays(365))));
        byte[] content = Der.sequence(
                Der.value(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(120, new SecureRandom()).add(BigInteger.ONE)),
                ECDSA_WITH_SHA256,
                name,
                validity,
                subject,
                key.getEncoded(),
                Der.value(0xa3, Der.sequence(extensions)));
        return pem(
                "CERTIFICATE", Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(0, sign(content, keys.getPrivate()))));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] distinguishedName(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))));
    }

    private static byte[] generalName(String host) {
        if (!NUMERIC_ADDRESS.matcher(host).matches()) {
            return Der.value(0x82, host.getBytes(US_ASCII));
        }
        try {
            return Der.value(0x87, InetAddress.getByName(host).getAddress());
        } catch (UnknownHostException e) {
            throw new ClusterException("\"" + host + "\" is neither a host name nor an address", e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new ClusterException("This JDK makes no P-256 keys", e);
        }
    }

    private static byte[] sign(byte[] content, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new ClusterException("This JDK does not sign with ECDSA", e);
        }
    }

    private static String pem(String kind, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }
}
