/**
 * The analysis of a PostgreSQL statement from its text alone: its kind, the tables and functions that it names, whether it only
 * reads, and whether it violates the rules of a transaction pooler. Start at {@link io.headgate.core.sql.StatementCatalog}.
 */
@NullMarked
package io.headgate.core.sql;

import org.jspecify.annotations.NullMarked;
