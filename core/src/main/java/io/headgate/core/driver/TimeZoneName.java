package io.headgate.core.driver;

import java.time.ZoneId;
import java.util.Locale;
import java.util.TimeZone;

/**
 * Names of time zones that mean the same to Java and to PostgreSQL: those of the IANA database. An offset does not: Java's
 * {@code +02:00} and {@code GMT+2} lie east of Greenwich, PostgreSQL's west.
 */
final class TimeZoneName {

    private static final String JVM = "jvm";

    private TimeZoneName() {}

    /** @throws IllegalArgumentException if both do not know it alike */
    static String of(String text) {
        String name = text.toLowerCase(Locale.ROOT).equals(JVM)
                ? TimeZone.getDefault().getID()
                : text;
        if (name.equals("Z") || !ZoneId.getAvailableZoneIds().contains(name)) {
            throw new IllegalArgumentException("the time zone \"" + name + "\""
                    + (name.equals(text) ? "" : ", the JVM's default,")
                    + " is none that Java and PostgreSQL both know; give a name such as Europe/Berlin or UTC (an offset has"
                    + " the opposite sign in PostgreSQL), or jvm for the JVM's default");
        }
        return name;
    }
}
