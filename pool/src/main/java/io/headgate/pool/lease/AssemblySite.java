package io.headgate.pool.lease;

import java.util.List;

/**
 * The place in the application's code that assembled the work. A stack trace from where the work runs would show only event
 * loops and operators.
 */
final class AssemblySite {

    /** One line is mostly enough; for a shared helper method of the application its callers matter too. */
    private static final int FRAMES = 4;

    /** How many frames are searched: the code that assembles the work is near the top; below it are frameworks and event loops. */
    private static final int DEPTH = 32;

    private static final StackWalker WALKER = StackWalker.getInstance();

    private static final List<String> NOT_THE_APPLICATION =
            List.of("io.headgate.pool.", "io.headgate.core.", "io.headgate.client.", "reactor.", "java.");

    /** Of single statements, scripts and COPYs, which end without the application's doing. */
    static final AssemblySite NONE = new AssemblySite(List.of(), "no place is recorded of single statements and COPYs");

    /** Of a transaction among too many to record the place of each. */
    static final AssemblySite SKIPPED = new AssemblySite(
            List.of(),
            "not recorded, since over 100 transactions were made in that second; of those made in the next 10 minutes all are recorded");

    private final List<StackWalker.StackFrame> frames;
    private final String ifEmpty;

    private AssemblySite(List<StackWalker.StackFrame> frames, String ifEmpty) {
        this.frames = frames;
        this.ifEmpty = ifEmpty;
    }

    /** The place that called the library. Costs 5 to 20 microseconds and 2 kB. */
    static AssemblySite here() {
        return new AssemblySite(
                WALKER.walk(stack -> stack.limit(DEPTH)
                        .filter(AssemblySite::isApplication)
                        .limit(FRAMES)
                        .toList()),
                "no code of the application was near");
    }

    private static boolean isApplication(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        for (String prefix : NOT_THE_APPLICATION) {
            if (name.startsWith(prefix)) {
                return name.endsWith("Test") || name.endsWith("IT");
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return frames.isEmpty()
                ? ifEmpty
                : String.join(" <- ", frames.stream().map(Object::toString).toList());
    }
}
