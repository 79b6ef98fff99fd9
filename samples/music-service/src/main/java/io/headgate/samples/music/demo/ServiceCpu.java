package io.headgate.samples.music.demo;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/**
 * The CPU time of this process without that of the threads which play the users: what the service takes, with compiler and garbage
 * collector. It cannot be told apart for two services that are busy at the same time.
 */
final class ServiceCpu {

    /** What the names of threads begin with that are no part of the service. */
    static final String OTHERS = "demo-";

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ServiceCpu() {}

    static long nanos() {
        long users = 0;
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(OTHERS)) {
                users += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return PROCESS.getProcessCpuTime() - users;
    }
}
