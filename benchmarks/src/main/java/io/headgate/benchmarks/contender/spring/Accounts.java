package io.headgate.benchmarks.contender.spring;

import io.headgate.benchmarks.contender.Change;
import org.springframework.data.r2dbc.repository.Modifying;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import reactor.core.publisher.Mono;

/** Reads and changes accounts. */
interface Accounts extends ReactiveCrudRepository<Account, Long> {

    @Modifying
    @Query(Change.UPDATE)
    Mono<Long> deposit(long id);
}
