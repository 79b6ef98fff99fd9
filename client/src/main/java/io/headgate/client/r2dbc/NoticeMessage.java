package io.headgate.client.r2dbc;

import io.headgate.core.ServerNotice;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Result;

/** A warning or notice of the server. It is not an error: the statement has succeeded. */
record NoticeMessage(ServerNotice notice) implements Result.Message {

    /** R2DBC requires an exception for each message, so that callers can treat a warning as an error. */
    @Override
    public R2dbcException exception() {
        return new R2dbcNonTransientResourceException(message(), sqlState(), errorCode());
    }

    @Override
    public int errorCode() {
        return 0;
    }

    @Override
    public String sqlState() {
        return notice.sqlState();
    }

    @Override
    public String message() {
        return notice.message();
    }
}
