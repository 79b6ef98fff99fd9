package io.headgate.benchmarks.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Java runtime on this machine. */
record JavaHome(Path folder, int version) {

    /** The first version with virtual threads. */
    private static final int VIRTUAL_THREADS = 21;

    private static final Path DEBIANS_FOLDER = Path.of("/usr/lib/jvm");
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"([0-9]+)");

    /** The runtime of this process. */
    static JavaHome current() {
        return new JavaHome(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
    }

    /** This process's runtime if it has virtual threads, else the newest one under {@code /usr/lib/jvm} that has. */
    static Optional<JavaHome> withVirtualThreads() {
        JavaHome current = current();
        if (current.version >= VIRTUAL_THREADS) {
            return Optional.of(current);
        }
        List<Path> folders = new ArrayList<>();
        if (Files.isDirectory(DEBIANS_FOLDER)) {
            try (Stream<Path> inside = Files.list(DEBIANS_FOLDER)) {
                inside.forEach(folders::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return folders.stream()
                .flatMap(folder -> read(folder).stream())
                .filter(home -> home.version >= VIRTUAL_THREADS)
                .max(Comparator.comparingInt(JavaHome::version));
    }

    private static Optional<JavaHome> read(Path folder) {
        Path release = folder.resolve("release");
        if (!Files.isExecutable(folder.resolve("bin/java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        try {
            Matcher version = VERSION.matcher(Files.readString(release));
            return version.find()
                    ? Optional.of(new JavaHome(folder, Integer.parseInt(version.group(1))))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The executable and the options that every contender's JVM gets. */
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                folder.resolve("bin/java").toString(),
                "-XX:+AlwaysPreTouch",
                "-Xms512m",
                "-Xmx512m",
                "-Dio.netty.leakDetection.level=disabled"));
        if (version >= 24) {
            // from this version on the JVM warns about Netty's use of native code and Unsafe unless it is allowed
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        return command;
    }
}
