package io.headgate.benchmarks.contender.spring;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/** A row that is changed, as Spring Data maps it. */
@Table("bench_account")
record Account(@Id Long id, Long balance) {}
