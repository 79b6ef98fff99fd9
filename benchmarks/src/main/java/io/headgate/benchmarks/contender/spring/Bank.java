package io.headgate.benchmarks.contender.spring;

import io.headgate.benchmarks.contender.Change;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** A service whose method is a transaction. */
class Bank {

    private final Accounts accounts;

    Bank(Accounts accounts) {
        this.accounts = accounts;
    }

    /** Reads, changes and reads the account of an id. */
    @Transactional
    public Mono<Change> deposit(long id) {
        return accounts.findById(id)
                .flatMap(before -> accounts.deposit(id)
                        .flatMap(updated -> accounts.findById(id)
                                .map(after -> new Change(before.balance(), updated, after.balance()))));
    }
}
