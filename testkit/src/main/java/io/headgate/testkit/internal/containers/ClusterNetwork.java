package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import io.headgate.testkit.ClusterException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of one cluster. Each server has an address that it keeps while it is down.
 *
 * <p>Docker takes a container's name and address away when it stops, and may give it another address when it starts. PgBouncer
 * would then resolve a name that no longer exists (a 15 s time-out each), or reach the wrong server. A fixed address needs a
 * network with an explicit subnet. To find a free one, a network is created and its subnet is read, because only Docker knows
 * which subnets are taken.
 */
final class ClusterNetwork {
    /** Another cluster may take the subnet between the two requests. */
    private static final int ATTEMPTS = 10;

    /** The first address of a subnet is the network's own, the second its gateway's. */
    private static final int FIRST_HOST = 2;

    private final DockerClient client;
    private final String name;
    private final String id;
    private final int base;
    private int next = FIRST_HOST;

    private ClusterNetwork(DockerClient client, String name, String id, int base) {
        this.client = client;
        this.name = name;
        this.id = id;
        this.base = base;
    }

    /**
     * Creates a network.
     *
     * @throws ClusterException when the engine has no free subnet
     */
    static ClusterNetwork create(DockerEngine engine, String name) {
        DockerClient client = engine.client();
        List<String> refusals = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                String subnet = freeSubnet(client, name);
                Network.Ipam ipam = new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet(subnet));
                String id = client.createNetworkCmd()
                        .withName(name)
                        .withIpam(ipam)
                        .withLabels(DockerEngine.labels())
                        .exec()
                        .getId();
                return new ClusterNetwork(client, name, id, firstAddress(subnet));
            } catch (DockerException e) {
                refusals.add(DockerEngine.deepestMessage(e));
            }
        }
        throw new ClusterException("Docker gives no network to the cluster; `docker network prune` may help. It said: "
                + String.join("; ", refusals));
    }

    private static String freeSubnet(DockerClient client, String name) {
        String id = client.createNetworkCmd()
                .withName(name)
                .withLabels(DockerEngine.labels())
                .exec()
                .getId();
        try {
            return client.inspectNetworkCmd().withNetworkId(id).exec().getIpam().getConfig().stream()
                    .map(Network.Ipam.Config::getSubnet)
                    .filter(subnet -> subnet != null && subnet.indexOf(':') < 0)
                    .findFirst()
                    .orElseThrow(() -> new ClusterException(
                            "Docker gave a network without an IPv4 subnet; the cluster's servers need one each"));
        } finally {
            client.removeNetworkCmd(id).exec();
        }
    }

    /** The address before the slash of, say, {@code 172.18.0.0/16}, as a number. */
    static int firstAddress(String subnet) {
        int address = 0;
        for (String part : subnet.substring(0, subnet.indexOf('/')).split("\\.", -1)) {
            address = address << 8 | Integer.parseInt(part);
        }
        return address;
    }

    static String format(int address) {
        byte[] parts = ByteBuffer.allocate(Integer.BYTES).putInt(address).array();
        return (parts[0] & 0xff) + "." + (parts[1] & 0xff) + "." + (parts[2] & 0xff) + "." + (parts[3] & 0xff);
    }

    String name() {
        return name;
    }

    /** An address that no other server of the cluster has. */
    synchronized String nextAddress() {
        return format(base + next++);
    }

    void remove() {
        client.removeNetworkCmd(id).exec();
    }
}
