package io.headgate.driver.vertx;

import io.headgate.core.ServerNotice;
import io.headgate.core.driver.support.NoticeLog;
import io.vertx.core.Handler;
import io.vertx.pgclient.PgNotice;
import java.util.ArrayList;
import java.util.List;

/**
 * Logs the server's notices, and keeps them for the running statement. Confined to the connection's event loop, where notices and answers
 * arrive in the server's order.
 */
final class Notices implements Handler<PgNotice> {

    private final NoticeLog log;
    private List<ServerNotice> kept = List.of();

    Notices(NoticeLog log) {
        this.log = log;
    }

    @Override
    public void handle(PgNotice notice) {
        String severity = String.valueOf(notice.getSeverity());
        String sqlState = String.valueOf(notice.getCode());
        String message = String.valueOf(notice.getMessage());
        log.write(severity, sqlState, message);
        if (kept.size() >= ServerNotice.MAX_PER_STATEMENT) {
            return;
        }
        if (kept.isEmpty()) {
            kept = new ArrayList<>();
        }
        kept.add(new ServerNotice(severity, sqlState, message, notice.getDetail(), notice.getHint()));
    }

    /** Returns the notices kept since the last call, and clears them. */
    List<ServerNotice> take() {
        List<ServerNotice> taken = kept;
        kept = List.of();
        return taken.isEmpty() ? taken : List.copyOf(taken);
    }
}
