package io.headgate.benchmarks.contender;

/**
 * The values that a transaction of {@link Scenario#TRANSACTION} read.
 *
 * @param before the balance before its update; another transaction may have changed it since
 * @param updated rows the update touched
 * @param after the balance after it
 */
public record Change(long before, long updated, long after) {

    public static final String SELECT = "SELECT balance FROM bench_account WHERE id = $1";
    public static final String UPDATE = "UPDATE bench_account SET balance = balance + 1 WHERE id = $1";

    /** Balances only grow, so any other result is from another row or a lost update. */
    public boolean isRight() {
        return updated == 1 && after > before;
    }
}
