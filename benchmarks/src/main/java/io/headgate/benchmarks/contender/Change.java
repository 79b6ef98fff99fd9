package io.headgate.benchmarks.contender;

/**
 * What a transaction of {@link Scenario#TRANSACTION} saw.
 *
 * @param before the balance before its update, perhaps another transaction's since
 * @param updated rows the update touched
 * @param after the balance after it
 */
public record Change(long before, long updated, long after) {

    public static final String SELECT = "SELECT balance FROM bench_account WHERE id = $1";
    public static final String UPDATE = "UPDATE bench_account SET balance = balance + 1 WHERE id = $1";

    /** Balances only grow, so anything else is another row's or a lost update. */
    public boolean isRight() {
        return updated == 1 && after > before;
    }
}
