package io.headgate.samples.music.demo;

import java.io.PrintStream;
import java.util.Locale;

/** The output of the demo. */
record Console(PrintStream out) {

    void line(String text) {
        out.println(text);
    }

    /** Numbers as in English, whatever the machine's language is. */
    void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
