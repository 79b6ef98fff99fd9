package io.headgate.samples.music.demo;

import java.io.PrintStream;

/** What the demo tells people. */
record Console(PrintStream out) {

    void line(String text) {
        out.println(text);
    }
}
