package io.headgate.driver.vertx;

import io.headgate.core.ServerNotice;
import io.headgate.core.driver.support.NoticeLog;
import io.vertx.core.Handler;
import io.vertx.pgclient.PgNotice;
import java.util.ArrayList;
import java.util.List;

/**
 * Logs what the server says, and keeps it for the statement beside which it is said. Confined to the connection's event loop, where
 * notices and answers arrive in the order in which the server sent them.
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

    /** What was kept since the last time; forgets it. */
    List<ServerNotice> take() {
        List<ServerNotice> taken = kept;
        kept = List.of();
        return taken.isEmpty() ? taken : List.copyOf(taken);
    }
}
