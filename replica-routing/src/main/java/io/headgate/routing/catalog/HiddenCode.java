package io.headgate.routing.catalog;

import io.headgate.core.sql.SqlName;
import io.headgate.core.sql.StatementFacts;
import org.jspecify.annotations.Nullable;

/**
 * Something in the database that runs code which the text of a statement does not show. It is harmful if its query is not proven to read, if
 * its function is harmful, or if the type that it uses is; without all three it always is.
 *
 * @param name the name that a text shows, without schema
 * @param query the query that it runs
 * @param function the function that it calls
 * @param type the name of a type that it uses
 */
record HiddenCode(
        Kind kind,
        String name,
        @Nullable StatementFacts query,
        @Nullable SqlName function,
        @Nullable String type) {

    /** What it belongs to. */
    enum Kind {
        /** A view, or a table with policies: harmful when it is read. So is what a replica cannot read, or reads otherwise. */
        RELATION,
        /** A function, an aggregate. */
        FUNCTION,
        /** A type: harmful when a value gets that type. */
        TYPE,
        OPERATOR,
        /** A function of a row, which {@code t.f} calls. */
        ATTRIBUTE,
        /** A function of a value that is no row, which {@code x.f} calls if x is a function in FROM. */
        SCALAR_ATTRIBUTE,
        /** Code that runs without a sign in the text, such as that of an implicit cast. */
        EVERYTHING
    }
}
