package io.headgate.benchmarks.worker;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;

/**
 * The resources that this process has used so far.
 *
 * @param nanos the clock
 * @param cpuNanos CPU time of the whole process, garbage collection and compilation included
 * @param allocatedBytes bytes allocated by all threads; before JDK 21, by live threads only
 */
record Usage(long nanos, long cpuNanos, long allocatedBytes) {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Usage now() {
        return new Usage(System.nanoTime(), SYSTEM.getProcessCpuTime(), allocated());
    }

    Usage since(Usage earlier) {
        return new Usage(nanos - earlier.nanos, cpuNanos - earlier.cpuNanos, allocatedBytes - earlier.allocatedBytes);
    }

    /** The total over all threads, virtual and ended ones too, exists from JDK 21 on; the module is compiled for 17. */
    private static long allocated() {
        try {
            Object total =
                    ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes").invoke(THREADS);
            return (long) total;
        } catch (NoSuchMethodException e) {
            long sum = 0;
            for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
                sum += Math.max(0, bytes);
            }
            return sum;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("the JVM does not tell what it allocated", e);
        }
    }
}
