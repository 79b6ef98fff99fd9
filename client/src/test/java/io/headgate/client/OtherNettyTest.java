package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** A class path with Netty 4.1, as Spring Boot 3 manages it where the bill of materials is not imported. */
class OtherNettyTest {

    /** Kept for ever: when it went, Netty's native library would take the methods of the tests' own Netty with it. */
    private static final ClassLoader OTHERS = new WithoutNetty42();

    @Test
    void namesTheBillOfMaterials() throws Exception {
        Runnable builds = (Runnable) OTHERS.loadClass(BuildsAClient.class.getName())
                .getDeclaredConstructor()
                .newInstance();
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(OTHERS);
        try {
            namesTheBillOfMaterials(builds);
        } finally {
            thread.setContextClassLoader(own);
        }
    }

    private static void namesTheBillOfMaterials(Runnable builds) {
        assertThatThrownBy(builds::run)
                .hasToString("io.headgate.core.error.ConfigurationException: " + "the driver cannot be loaded"
                        + " (java.lang.NoClassDefFoundError: io/netty/channel/MultiThreadIoEventLoopGroup): another version"
                        + " of Netty or Reactor is on the class path, such as the Netty 4.1 that Spring Boot 3 manages."
                        + " Headgate needs Netty 4.2: import io.headgate:headgate-bom in dependencyManagement, before"
                        + " spring-boot-dependencies where that is imported too");
    }

    /** Runs in the other class loader. */
    public static final class BuildsAClient implements Runnable {
        @Override
        public void run() {
            Headgate.builder().node("postgresql://app:x@127.0.0.1:1/music").build();
        }
    }

    /** Loads everything but Java's own anew, and does not find what Netty 4.1 does not have. */
    private static final class WithoutNetty42 extends ClassLoader {

        WithoutNetty42() {
            super(OtherNettyTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals("io.netty.channel.MultiThreadIoEventLoopGroup")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
