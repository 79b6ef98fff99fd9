package io.headgate.samples.quickstart;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.io.PrintStream;

/** Writes lines, and one line that is written over while the program runs; without a terminal, one line every few seconds. */
final class Console {

    /** JDK 22 to 24 have a console without a terminal unless run with {@code -Djdk.console=java.base}, as ./dev demo does. */
    @SuppressWarnings("SystemConsoleNull")
    private static final boolean TERMINAL = System.console() != null;

    private static final int TICKS_A_LINE = 6;

    private final PrintStream out;
    private int ticks;

    Console(PrintStream out) {
        this.out = out;
    }

    void line(String text) {
        out.println(text);
    }

    void progress(String text) {
        if (TERMINAL) {
            out.print("\r\033[K" + text);
            out.flush();
        } else if (ticks++ % TICKS_A_LINE == 0) {
            out.println(text);
        }
    }

    void endProgress() {
        if (TERMINAL) {
            out.println();
        }
    }

    void urls(PostgresCluster cluster) {
        out.println("The cluster stays up until Ctrl-C:");
        for (PostgresNode node : cluster.nodes()) {
            out.println("  " + node.name() + (node.isPrimary() ? " (primary)" : " (replica)"));
            out.println("    through PgBouncer  " + node.pooledUrl());
            out.println("    directly           " + node.url());
        }
    }
}
