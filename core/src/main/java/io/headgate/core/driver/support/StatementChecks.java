package io.headgate.core.driver.support;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;

/** Checks of statements and parameters that every driver makes before sending, with their errors. No error shows a value. */
public final class StatementChecks {

    private StatementChecks() {}

    /**
     * Refuses COPY from or to the client as a statement, because the server would wait for data that never arrives.
     *
     * @param advice what to do instead, for the message
     * @throws ParameterException if it is a COPY from or to the client
     */
    public static void refuseCopy(SqlStatement statement, String advice) {
        if (statement.facts().copies()) {
            throw new ParameterException("COPY FROM STDIN and COPY TO STDOUT cannot be run as statements; " + advice
                    + ": " + statement.text());
        }
    }

    /** The error for a wrong number of values. */
    public static ParameterException wrongCount(String sql, int wanted, int given) {
        return new ParameterException(
                "the statement takes " + wanted + (wanted == 1 ? " parameter and " : " parameters and ") + given
                        + (given == 1 ? " was bound: " : " were bound: ") + sql);
    }

    /**
     * The error for a value that the codec refuses.
     *
     * @param index the parameter's index, from 0
     */
    public static ParameterException refused(int index, ParameterException why) {
        return new ParameterException(parameter(index) + ": " + why.getMessage());
    }

    /**
     * The error for a value that is larger than {@code max_value_bytes}.
     *
     * @param index the parameter's index, from 0
     */
    public static ParameterException tooLarge(int index, long bytes, int maxValueBytes) {
        return new ParameterException(parameter(index) + " has " + bytes + " bytes, more than max_value_bytes "
                + maxValueBytes + "; send it in parts, or raise max_value_bytes in the node's URL");
    }

    /** The error for a value whose own code threw: a collection that changes during the write, a failing toString(). */
    public static HeadgateException encodingFailed(Throwable thrown, String sql) {
        return thrown instanceof HeadgateException own
                ? own
                : new ParameterException(
                        "a value threw " + thrown.getClass().getName() + " when it was written; see the cause: " + sql,
                        thrown);
    }

    /** The same error with the statement's text added. */
    public static ParameterException in(String sql, ParameterException error) {
        return new ParameterException(error.getMessage() + ": " + sql, error.getCause());
    }

    private static String parameter(int index) {
        return "parameter $" + (index + 1);
    }
}
