package io.headgate.driver.r2dbc;

import io.headgate.core.RowMetadata;
import io.headgate.core.ServerNotice;
import io.headgate.core.SqlRow;
import java.util.List;

/**
 * The result of one parameter set.
 *
 * @param commandTag the command, and for most commands the number of rows: {@code INSERT 0 5}
 */
record SetResult(List<SqlRow> rows, RowMetadata columns, String commandTag, List<ServerNotice> notices) {

    /** The number of rows at the end of the tag, or 0. */
    long count() {
        int digits = commandTag.lastIndexOf(' ') + 1;
        return digits > 0 && Character.isDigit(commandTag.charAt(digits))
                ? Long.parseLong(commandTag, digits, commandTag.length(), 10)
                : 0;
    }
}
