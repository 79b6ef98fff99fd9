package io.headgate.benchmarks.contender.spring;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/** A row that is looked up, as Spring Data maps it. */
@Table("bench_item")
record CatalogueItem(@Id Long id, String title) {}
