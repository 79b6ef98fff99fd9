package com.example.consumer;

import io.headgate.client.Headgate;

/** What a newcomer writes first: one node, one query, one answer. */
public final class Consumer {

    private Consumer() {}

    public static void main(String[] arguments) {
        Headgate db = Headgate.builder().node(arguments[0]).build();
        try {
            String result = db.sql("SELECT format('%s times %s is %s', $1::int, $2::int, $1::int * $2::int)")
                    .bind(6)
                    .bind(7)
                    .map(row -> row.require(0, String.class))
                    .one()
                    .block();
            System.out.println("result: " + result);
        } finally {
            db.close().block();
        }
    }
}
