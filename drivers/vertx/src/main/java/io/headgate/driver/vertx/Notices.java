package io.headgate.driver.vertx;

import io.headgate.core.ServerNotice;
import io.headgate.core.driver.support.NoticeLog;
import io.vertx.core.Handler;
import io.vertx.pgclient.PgNotice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Logs what the server says, and keeps it for the statement beside which it is said, if that can only be one. Confined to the
 * connection's event loop, where notices and answers arrive in the order in which the server sent them.
 */
final class Notices implements Handler<PgNotice> {

    private final NoticeLog log;
    private final BooleanSupplier onlyOneIsUnderWay;
    private List<ServerNotice> kept = List.of();

    Notices(NoticeLog log, BooleanSupplier onlyOneIsUnderWay) {
        this.log = log;
        this.onlyOneIsUnderWay = onlyOneIsUnderWay;
    }

    @Override
    public void handle(PgNotice notice) {
        log.write(
                String.valueOf(notice.getSeverity()),
                String.valueOf(notice.getCode()),
                String.valueOf(notice.getMessage()));
        if (!onlyOneIsUnderWay.getAsBoolean() || kept.size() >= ServerNotice.MAX_PER_STATEMENT) {
            return;
        }
        if (kept.isEmpty()) {
            kept = new ArrayList<>();
        }
        kept.add(new ServerNotice(
                String.valueOf(notice.getSeverity()),
                String.valueOf(notice.getCode()),
                String.valueOf(notice.getMessage()),
                notice.getDetail(),
                notice.getHint()));
    }

    /** What was kept for the statement that has just been answered; forgets it. */
    List<ServerNotice> take() {
        List<ServerNotice> taken = kept;
        kept = List.of();
        return taken.isEmpty() ? taken : List.copyOf(taken);
    }
}
