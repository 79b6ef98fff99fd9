package io.headgate.compatibility.spring;

import io.headgate.compatibility.Target;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of transactions share. */
abstract class TransactionalTest {

    final Target target;
    final Transactions transactions;
    final Accounts accounts;

    TransactionalTest(Target target) {
        this.target = target;
        this.transactions = Application.bean(target, Transactions.class);
        this.accounts = Application.bean(target, Accounts.class);
    }

    @BeforeEach
    void fill() {
        target.empty("account", "audit_entry");
        target.node().execute("INSERT INTO account VALUES (1, 100), (2, 100)");
    }

    String balances() {
        return target.node().queryValue("SELECT string_agg(balance::text, ',' ORDER BY id) FROM account");
    }

    String log() {
        return target.node().queryValue("SELECT coalesce(string_agg(message, ',' ORDER BY id), '') FROM audit_entry");
    }
}
