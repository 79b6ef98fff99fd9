package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.testkit.PostgresCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** The request to cancel goes over TLS to a server whose processes stand still: neither it nor its connection stays open. */
class CancelOverTlsIT {

    private static final int ASLEEP = 3;

    private static PostgresCluster cluster;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().tls(true).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private record Client(String parameters, FallingSilent way, Headgate db) {}

    private static Client client(String parameters) throws IOException {
        String url = cluster.primary().url();
        FallingSilent way = FallingSilent.whenTold(ConnectionSettings.parse(url).port());
        Headgate db = Headgate.builder()
                .node(url.replaceFirst(":\\d+/", ":" + way.port() + "/") + "?" + parameters)
                .maxConnections(1)
                .build();
        return new Client(parameters, way, db);
    }

    private static String asleep() {
        return cluster.primary()
                .queryValue("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
                        + " AND state = 'active' AND pid <> pg_backend_pid()");
    }

    @Test
    void aFrozenServerKeepsNoSocketOfTheClientOpen() throws IOException {
        List<Client> clients = new ArrayList<>();
        List<Disposable> running = new ArrayList<>();
        for (String parameters :
                List.of("sslmode=require", "sslmode=require&sslnegotiation=direct", "sslmode=disable")) {
            clients.add(client(parameters));
        }
        for (Client client : clients) {
            running.add(client.db()
                    .inTransaction(tx -> tx.sql("SELECT pg_sleep(60)").one())
                    .onErrorResume(ended -> Mono.empty())
                    .subscribe());
        }
        Awaitility.await().until(() -> asleep().equals(String.valueOf(ASLEEP)));
        cluster.primary().freeze();
        try {
            running.forEach(Disposable::dispose);
            for (Client client : clients) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(5))
                        .untilAsserted(() -> assertThat(client.way().accepted())
                                .as("the request's own connection, " + client.parameters())
                                .isGreaterThan(1));
            }
            for (Client client : clients) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(client.way().open())
                                .as(client.parameters())
                                .isZero());
                client.db().close().block(Duration.ofSeconds(10));
                client.way().close();
            }
        } finally {
            cluster.primary().thaw();
        }
    }
}
