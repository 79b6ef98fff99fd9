package io.headgate.routing;

import io.headgate.core.topology.Node;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/**
 * What every client calls a node, and a token can carry: a hash of its address. Clients that reach a node by different addresses do not know each
 * other's.
 */
record NodeId(long hash) {

    static NodeId of(Node node) {
        String address = node.host() + ":" + node.port();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
            return new NodeId(ByteBuffer.wrap(digest).getLong());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
