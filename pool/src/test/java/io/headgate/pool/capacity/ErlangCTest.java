package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErlangCTest {

    @ParameterizedTest
    @CsvSource({
        "1, 0.25",
        "1, 0.9",
        "2, 1",
        "3, 2",
        "5, 4.5",
        "16, 12",
        "50, 47",
        "170, 160",
        "171, 165",
        "400, 390",
        "400, 1"
    })
    void agreesWithTheSumInHundredDigits(int servers, double load) {
        assertThat(new ErlangC(servers, load).waitingProbability()).isCloseTo(bySum(servers, load), within(1e-12));
    }

    /** The textbook's formula: sums of powers over factorials, which fit no double. */
    private static double bySum(int servers, double load) {
        MathContext digits = new MathContext(100);
        BigDecimal a = BigDecimal.valueOf(load);
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ZERO;
        for (int k = 0; k < servers; k++) {
            sum = sum.add(term, digits);
            term = term.multiply(a, digits).divide(BigDecimal.valueOf(k + 1L), digits);
        }
        BigDecimal c = BigDecimal.valueOf(servers);
        BigDecimal last = term.multiply(c, digits).divide(c.subtract(a), digits);
        return last.divide(sum.add(last, digits), digits).doubleValue();
    }

    @Test
    void oneServerIsTheMm1Queue() {
        ErlangC queue = new ErlangC(1, 0.8);
        assertThat(queue.waitingProbability()).isCloseTo(0.8, within(1e-12));
        assertThat(queue.meanWait()).isCloseTo(4, within(1e-9));
        // P(wait > t) = 0.8 e^(-0.2 t)
        assertThat(queue.waitPercentile(0.99)).isCloseTo(Math.log(80) / 0.2, within(1e-9));
        assertThat(queue.waitPercentile(0.2)).isCloseTo(0, within(1e-9));
        assertThat(queue.waitPercentile(0)).isZero();
    }

    @Test
    void noLoadWaitsForNothing() {
        ErlangC queue = new ErlangC(4, 0);
        assertThat(queue.waitingProbability()).isZero();
        assertThat(queue.meanWait()).isZero();
        assertThat(queue.waitPercentile(0.999)).isZero();
        assertThat(queue.utilization()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {4, 4.000001, 5, 1e300})
    void serversThatCannotKeepUpLetWorkWaitWithoutEnd(double load) {
        ErlangC queue = new ErlangC(4, load);
        assertThat(queue.isStable()).isFalse();
        assertThat(queue.waitingProbability()).isOne();
        assertThat(queue.meanWait()).isInfinite();
        assertThat(queue.waitPercentile(0.5)).isInfinite();
    }

    @Test
    void staysAProbabilityFromOneToAHundredThousandServers() {
        for (int servers = 1; servers <= 100_000; servers = servers * 3 + 1) {
            for (double share : new double[] {1e-300, 0.01, 0.5, 0.9, 0.99, 0.999999}) {
                ErlangC queue = new ErlangC(servers, servers * share);
                assertThat(queue.waitingProbability()).isBetween(0.0, 1.0);
                assertThat(queue.meanWait()).isBetween(0.0, 1e7);
            }
        }
    }

    @Test
    void moreServersLetFewerWaitAndMoreLoadMore() {
        for (int servers = 2; servers < 300; servers++) {
            double load = servers * 0.7;
            double waiting = new ErlangC(servers, load).waitingProbability();
            assertThat(new ErlangC(servers + 1, load).waitingProbability()).isLessThan(waiting);
            assertThat(new ErlangC(servers, load * 1.01).waitingProbability()).isGreaterThan(waiting);
        }
    }

    @Test
    void aLargerSystemWaitsLessAtTheSameUtilization() {
        double previous = 1;
        for (int servers = 1; servers <= 512; servers *= 2) {
            double waiting = new ErlangC(servers, servers * 0.8).waitingProbability();
            assertThat(waiting).isLessThan(previous);
            previous = waiting;
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0.05", "0.3, 0.01", "4, 0.05", "20, 0.2", "20, 1", "57.5, 0.001", "300, 0.05"})
    void findsTheFewestServers(double load, double probability) {
        int servers = ErlangC.serversFor(load, probability, 1_000);
        assertThat(new ErlangC(servers, load).waitingProbability()).isLessThanOrEqualTo(probability);
        assertThat(servers).isGreaterThan((int) load);
        if (servers > 1 && servers - 1 > load) {
            assertThat(new ErlangC(servers - 1, load).waitingProbability()).isGreaterThan(probability);
        }
    }

    @Test
    void stopsLookingWhereItIsTold() {
        assertThat(ErlangC.serversFor(1e18, 0.05, 16)).isEqualTo(16);
        assertThat(ErlangC.serversFor(15.9, 0.05, 16)).isEqualTo(16);
        assertThat(ErlangC.serversFor(20, 0.05, 1)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aLoadThatIsNoneIsRefused(double load) {
        assertThatThrownBy(() -> new ErlangC(1, load)).hasMessageContaining("load is " + load);
        assertThatThrownBy(() -> ErlangC.serversFor(load, 0.1, 10)).hasMessageContaining("load is " + load);
    }

    @Test
    void otherNonsenseIsRefusedByName() {
        assertThatThrownBy(() -> new ErlangC(0, 1)).hasMessageContaining("servers is 0");
        assertThatThrownBy(() -> ErlangC.serversFor(1, 0, 10)).hasMessageContaining("waitingProbability is 0.0");
        assertThatThrownBy(() -> ErlangC.serversFor(1, Double.NaN, 10))
                .hasMessageContaining("waitingProbability is NaN");
        assertThatThrownBy(() -> ErlangC.serversFor(1, 0.1, 0)).hasMessageContaining("most is 0");
        assertThatThrownBy(() -> new ErlangC(2, 1).waitPercentile(1)).hasMessageContaining("share is 1.0");
    }
}
