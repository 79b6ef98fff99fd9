package io.headgate.client.r2dbc;

import io.headgate.core.SqlStatement;
import io.r2dbc.spi.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Statements without parameters that are sent in one pipeline. Outside a transaction they run in their own: all take effect or
 * none. Each has a result.
 */
final class HeadgateBatch implements Batch {

    private final HeadgateConnection connection;
    private final List<SqlStatement> statements = new ArrayList<>();

    HeadgateBatch(HeadgateConnection connection) {
        this.connection = connection;
    }

    @Override
    public HeadgateBatch add(@Nullable String sql) {
        StatementText text = connection.text(Arguments.required(sql, "SQL text"));
        if (text.parameters() > 0) {
            throw new IllegalArgumentException("a batch takes no parameters and this text has $" + text.parameters()
                    + "; use createStatement(sql).bind(...).add(): " + sql);
        }
        statements.addAll(text.statements());
        return this;
    }

    @Override
    public Flux<HeadgateResult> execute() {
        if (statements.isEmpty()) {
            throw new IllegalStateException("the batch is empty; add statements before execute()");
        }
        return connection.executeAll(List.copyOf(statements)).map(HeadgateResult::of);
    }
}
