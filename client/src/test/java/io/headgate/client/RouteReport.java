package io.headgate.client;

import io.headgate.testkit.PgBouncer;
import io.headgate.testkit.PostgresNode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Attaches to a failed test what its route looks like at that moment: a hanging pooler tells nobody why afterwards. */
final class RouteReport implements AfterTestExecutionCallback {

    private static final int LOG_LINES = 80;

    @Override
    public void afterTestExecution(ExtensionContext context) {
        context.getExecutionException()
                .ifPresent(failure -> Stream.of(Route.values())
                        .filter(Route::isStarted)
                        .map(RouteReport::describe)
                        .forEach(report -> failure.addSuppressed(new StateOfRoute(report))));
    }

    private static String describe(Route route) {
        PostgresNode node = route.node();
        StringBuilder report = new StringBuilder(route.name());
        add(
                report,
                "sessions",
                () -> lines(node.query("SELECT pid, state, wait_event, query FROM pg_stat_activity"
                        + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")));
        if (route != Route.DIRECT) {
            PgBouncer bouncer = node.bouncer();
            add(report, "PgBouncer runs", () -> String.valueOf(bouncer.isRunning()));
            for (String what : List.of("POOLS", "CLIENTS", "SERVERS")) {
                add(report, "SHOW " + what, () -> lines(bouncer.show(what)));
            }
            add(report, "PgBouncer's log", () -> bouncer.logTail(LOG_LINES));
        }
        return report.toString();
    }

    private static void add(StringBuilder report, String title, Supplier<String> content) {
        report.append("\n-- ").append(title).append('\n');
        try {
            report.append(content.get());
        } catch (RuntimeException unavailable) {
            report.append(unavailable);
        }
    }

    private static String lines(List<? extends Map<String, ?>> rows) {
        return String.join("\n", rows.stream().map(Object::toString).toList());
    }

    /** Carries the report; where it was made says nothing. */
    private static final class StateOfRoute extends Throwable {
        private static final long serialVersionUID = 1L;

        StateOfRoute(String report) {
            super(report, null, false, false);
        }
    }
}
