package io.headgate.routing.balance;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * Chooses the less busy of two that are drawn at random. Nearly as good as the least busy of all, and callers that decide at the same moment
 * do not all choose the same.
 *
 * @see <a href="https://www.eecs.harvard.edu/~michaelm/postscripts/handbook2001.pdf">Mitzenmacher, The Power of Two Random Choices</a>
 */
public final class PowerOfTwoChoices {

    private PowerOfTwoChoices() {}

    /**
     * Chooses one.
     *
     * @param all at least one
     * @param cost how busy one is, over 0
     */
    public static <T> T of(List<T> all, ToDoubleFunction<T> cost, RandomGenerator random) {
        if (all.size() == 1) {
            return all.get(0);
        }
        int first = random.nextInt(all.size());
        int second = random.nextInt(all.size() - 1);
        if (second >= first) {
            second++;
        }
        T one = all.get(first);
        T other = all.get(second);
        return cost.applyAsDouble(one) <= cost.applyAsDouble(other) ? one : other;
    }
}
