package io.headgate.testkit;

class EmbeddedClusterContractIT extends ClusterContract {
    EmbeddedClusterContractIT() {
        super(ClusterBackend.EMBEDDED);
    }
}
