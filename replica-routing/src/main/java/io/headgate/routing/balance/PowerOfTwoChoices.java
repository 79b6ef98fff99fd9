package io.headgate.routing.balance;

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
    public static <T> T of(T[] all, ToDoubleFunction<? super T> cost, RandomGenerator random) {
        if (all.length == 1) {
            return all[0];
        }
        int pair = random.nextInt(all.length * (all.length - 1));
        int first = pair % all.length;
        int second = pair / all.length;
        if (second >= first) {
            second++;
        }
        T one = all[first];
        T other = all[second];
        return cost.applyAsDouble(one) <= cost.applyAsDouble(other) ? one : other;
    }
}
