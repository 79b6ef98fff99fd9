package io.headgate.samples.music.demo;

import java.io.PrintStream;

/** The output of the demo. */
record Console(PrintStream out) {

    void line(String text) {
        out.println(text);
    }
}
