package io.headgate.benchmarks.contender.spring;

import org.springframework.data.repository.reactive.ReactiveCrudRepository;

/** Reads items by {@code findById}. */
interface CatalogueItems extends ReactiveCrudRepository<CatalogueItem, Long> {}
