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

    /** The site of work whose place was not recorded. */
    static final AssemblySite UNKNOWN = new AssemblySite(List.of());

    private final List<StackWalker.StackFrame> frames;

    private AssemblySite(List<StackWalker.StackFrame> frames) {
        this.frames = frames;
    }

    /** The place that called the library. Costs 5 to 20 microseconds and 2 kB. */
    static AssemblySite here() {
        return new AssemblySite(WALKER.walk(stack -> stack.limit(DEPTH)
                .filter(AssemblySite::isApplication)
                .limit(FRAMES)
                .toList()));
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
                ? "a place that was not recorded, as the rate was high (those of the next minutes are)"
                : String.join(" <- ", frames.stream().map(Object::toString).toList());
    }
}
