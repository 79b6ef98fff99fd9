package io.headgate.core.driver;

import java.time.ZoneId;
import java.util.Locale;
import java.util.TimeZone;

/**
 * Time zone names with the same meaning in Java and in PostgreSQL: those of the IANA database. Offsets differ: {@code +02:00} and
 * {@code GMT+2} are east of Greenwich in Java and west in PostgreSQL.
 */
final class TimeZoneName {

    private static final String JVM = "jvm";

    private TimeZoneName() {}

    /** @throws IllegalArgumentException if Java and PostgreSQL do not both know it with the same meaning */
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
