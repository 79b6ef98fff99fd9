package io.headgate.testkit.internal.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.testkit.ClusterBackend;
import io.headgate.testkit.ClusterSettings;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MissingTestcontainersTest {
    private static final Pattern CLASS_PATH = Pattern.compile(Pattern.quote(File.pathSeparator));

    @Test
    void missingDependencyIsNamedWithTheWayOut() throws Exception {
        try (URLClassLoader without =
                new URLClassLoader(classPathWithoutTestcontainers(), ClassLoader.getPlatformClassLoader())) {
            Class<?> provider = without.loadClass(ContainerRuntimeProvider.class.getName());
            Object instance = provider.getConstructor().newInstance();
            assertThat(provider.getMethod("backend").invoke(instance))
                    .hasToString(ClusterBackend.TESTCONTAINERS.name());
            Class<?> settings = without.loadClass(ClusterSettings.class.getName());
            Method open = provider.getMethod("open", settings);
            assertThatExceptionOfType(InvocationTargetException.class)
                    .isThrownBy(() -> open.invoke(instance, (Object) null))
                    .havingCause()
                    .withMessageContainingAll("org.testcontainers:testcontainers", "EMBEDDED");
        }
    }

    private static URL[] classPathWithoutTestcontainers() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : CLASS_PATH.split(System.getProperty("java.class.path"), -1)) {
            if (!entry.contains("testcontainers-") && !entry.contains("docker-java")) {
                urls.add(new File(entry).toURI().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }
}
