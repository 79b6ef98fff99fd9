package io.headgate.testkit.internal.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private final CertificateAuthority authority = CertificateAuthority.create("Test authority");

    private static X509Certificate parsed(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(US_ASCII)));
    }

    @Test
    void authoritySignsItselfAndMaySignOthers() throws GeneralSecurityException {
        X509Certificate certificate = parsed(authority.certificatePem());
        assertThatCode(() -> certificate.verify(certificate.getPublicKey())).doesNotThrowAnyException();
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=Test authority");
        assertThat(certificate.getBasicConstraints()).isGreaterThanOrEqualTo(0);
        assertThat(certificate.getKeyUsage()[5]).as("keyCertSign").isTrue();
        certificate.checkValidity();
    }

    @Test
    void issuedCertificateNamesItsHostsAndIsSignedByThisAuthorityOnly() throws GeneralSecurityException {
        X509Certificate certificate =
                parsed(authority.issue("localhost", "127.0.0.1", "::1").certificatePem());
        certificate.verify(parsed(authority.certificatePem()).getPublicKey());
        X509Certificate other =
                parsed(CertificateAuthority.create("Test authority").certificatePem());
        assertThatThrownBy(() -> certificate.verify(other.getPublicKey())).isInstanceOf(SignatureException.class);
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactly(List.of(2, "localhost"), List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"));
        assertThat(certificate.getBasicConstraints()).as("no authority itself").isEqualTo(-1);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void keyBelongsToTheCertificate() throws GeneralSecurityException {
        CertificateAuthority.Issued issued = authority.issue("localhost");
        byte[] encoded = Base64.getMimeDecoder()
                .decode(issued.keyPem().replaceAll("-----[A-Z ]+-----", "").strip());
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(encoded);
        byte[] signed = signature.sign();
        signature.initVerify(parsed(issued.certificatePem()));
        signature.update(encoded);
        assertThat(signature.verify(signed)).isTrue();
        assertThat(issued.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void derFollowsTheExamplesOfTheStandard() {
        assertThat(hex(Der.oid("1.2.840.113549"))).isEqualTo("06062a864886f70d");
        assertThat(hex(Der.integer(BigInteger.valueOf(128)))).isEqualTo("02020080");
        assertThat(hex(Der.integer(BigInteger.valueOf(-1)))).isEqualTo("0201ff");
        assertThat(hex(Der.octets(new byte[200]))).startsWith("0481c8");
        assertThat(hex(Der.octets(new byte[300]))).startsWith("0482012c");
        assertThat(hex(Der.bool(true))).isEqualTo("0101ff");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
