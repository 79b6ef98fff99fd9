package io.headgate.compatibility.spring;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two accounts of 100 each, by statements that join the transaction there is. */
@Repository
class Accounts {

    private final DatabaseClient client;

    Accounts(DatabaseClient client) {
        this.client = client;
    }

    Mono<Long> add(int id, int amount) {
        return client.sql("UPDATE account SET balance = balance + :amount WHERE id = :id")
                .bind("id", id)
                .bind("amount", amount)
                .fetch()
                .rowsUpdated();
    }

    Mono<Long> insert(int id) {
        return client.sql("INSERT INTO account VALUES (:id, 0)")
                .bind("id", id)
                .fetch()
                .rowsUpdated();
    }

    Mono<Integer> balance(int id) {
        return client.sql("SELECT balance FROM account WHERE id = :id")
                .bind("id", id)
                .mapValue(Integer.class)
                .one();
    }

    Mono<String> show(String sql) {
        return client.sql(sql).mapValue(String.class).one();
    }

    Flux<Integer> numbers(int count) {
        return client.sql("SELECT i FROM generate_series(1, :count) i")
                .bind("count", count)
                .mapValue(Integer.class)
                .all();
    }

    Mono<Long> log(String message) {
        return client.sql("INSERT INTO audit_entry (message) VALUES (:message)")
                .bind("message", message)
                .fetch()
                .rowsUpdated();
    }
}
