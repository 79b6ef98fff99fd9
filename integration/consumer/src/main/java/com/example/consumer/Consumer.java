package com.example.consumer;

import io.headgate.client.Headgate;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a newcomer writes first: one node, one query, one answer; and the same over R2DBC. */
public final class Consumer {

    private Consumer() {}

    public static void main(String[] arguments) {
        System.out.println("result: " + ask(arguments[0]));
        System.out.println("over R2DBC: " + askOverR2dbc(arguments[0].replace("postgresql://", "r2dbc:headgate://")));
    }

    private static String ask(String url) {
        Headgate db = Headgate.builder().node(url).build();
        try {
            return db.sql("SELECT format('%s times %s is %s', $1::int, $2::int, $1::int * $2::int)")
                    .bind(6)
                    .bind(7)
                    .map(row -> row.require(0, String.class))
                    .one()
                    .block();
        } finally {
            db.close().block();
        }
    }

    private static Integer askOverR2dbc(String url) {
        ConnectionFactory factory = ConnectionFactories.get(url);
        try {
            return Flux.usingWhen(
                            factory.create(),
                            connection -> Flux.from(connection
                                            .createStatement("SELECT $1::int * $2::int")
                                            .bind("$1", 6)
                                            .bind("$2", 7)
                                            .execute())
                                    .flatMap(result -> result.map((row, metadata) -> row.get(0, Integer.class))),
                            Connection::close)
                    .blockLast();
        } finally {
            Mono.from(((Closeable) factory).close()).block();
        }
    }
}
