package io.headgate.compatibility.spring;

import java.io.IOException;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs work in the transaction that the method's annotation asks for. */
@Service
class Transactions {

    @Transactional
    public <T> Mono<T> one(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional
    public <T> Flux<T> required(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(rollbackFor = IOException.class)
    public <T> Flux<T> rollbackForChecked(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(noRollbackFor = IllegalStateException.class)
    public <T> Flux<T> noRollbackForIllegalState(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(readOnly = true)
    public <T> Flux<T> readOnly(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(isolation = Isolation.SERIALIZABLE)
    public <T> Flux<T> serializable(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(isolation = Isolation.REPEATABLE_READ)
    public <T> Flux<T> repeatableRead(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(isolation = Isolation.READ_COMMITTED, readOnly = true)
    public <T> Flux<T> readCommittedReadOnly(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW, timeout = 1)
    public <T> Flux<T> newWithinASecond(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public <T> Flux<T> requiresNew(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.NESTED)
    public <T> Flux<T> nested(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    public <T> Flux<T> notSupported(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.SUPPORTS)
    public <T> Flux<T> supports(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public <T> Flux<T> mandatory(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.NEVER)
    public <T> Flux<T> never(Supplier<Flux<T>> work) {
        return work.get();
    }
}
