package io.headgate.testkit.internal.containers;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.internal.ServerCertificates;
import io.headgate.testkit.internal.tls.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The certificates of a cluster, in a folder of this machine, from which clients read the authority's certificate. */
record CertificateFolder(
        Path folder, CertificateAuthority authority, CertificateAuthority.Issued server, ServerCertificates files) {

    /**
     * Issues certificates.
     *
     * @param host where clients reach the servers, if not at the local host
     */
    static CertificateFolder create(String host) {
        CertificateAuthority authority = CertificateAuthority.create("Headgate test authority");
        CertificateAuthority unrelated = CertificateAuthority.create("Headgate unrelated authority");
        CertificateAuthority.Issued server = authority.issue("localhost", "127.0.0.1", host);
        try {
            Path folder = Files.createTempDirectory("headgate-certificates");
            ServerCertificates files = new ServerCertificates(
                    Files.writeString(folder.resolve("ca.pem"), authority.certificatePem()),
                    Files.writeString(folder.resolve("unrelated-ca.pem"), unrelated.certificatePem()),
                    Files.writeString(folder.resolve("server.pem"), server.certificatePem()),
                    Files.writeString(folder.resolve("server.key"), server.keyPem()));
            return new CertificateFolder(folder, authority, server, files);
        } catch (IOException e) {
            throw new ClusterException("The certificates cannot be written to the folder for temporary files", e);
        }
    }

    void delete() {
        try {
            for (Path file : List.of(
                    files.caCertificate(),
                    files.unrelatedCaCertificate(),
                    files.serverCertificate(),
                    files.serverKey(),
                    folder)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new ClusterException("The certificates in " + folder + " were not deleted", e);
        }
    }
}
