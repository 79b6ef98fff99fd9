/**
 * What can be known about a PostgreSQL statement from its text alone: its kind, the tables and functions it names, whether
 * it only reads, and whether it breaks the rules of a transaction pooler. Start at {@link
 * io.headgate.core.sql.SqlAnalyzer}.
 */
@NullMarked
package io.headgate.core.sql;

import org.jspecify.annotations.NullMarked;
