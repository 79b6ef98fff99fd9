package io.headgate.testkit.internal;

import java.nio.file.Path;

/**
 * The PEM files of a cluster with TLS.
 *
 * @param caCertificate the authority that signed the server's certificate
 * @param unrelatedCaCertificate an authority that signed nothing
 * @param serverCertificate the certificate that all servers show, for {@code localhost} and {@code 127.0.0.1}
 * @param serverKey the private key of that certificate, unencrypted PKCS #8
 */
public record ServerCertificates(
        Path caCertificate, Path unrelatedCaCertificate, Path serverCertificate, Path serverKey) {}
