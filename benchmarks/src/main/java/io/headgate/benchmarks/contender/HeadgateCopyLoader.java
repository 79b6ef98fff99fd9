package io.headgate.benchmarks.contender;

import io.headgate.client.Headgate;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.r2dbc.R2dbcDriver;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;

/** COPY in text format through Headgate on its R2DBC driver. */
final class HeadgateCopyLoader implements BulkLoader {

    private static final String COPY = "COPY " + TABLE + "(id, title) FROM STDIN";

    /** Rows per buffer: some tens of kilobytes. */
    private static final int CHUNK = 1_000;

    private final R2dbcDriver driver = R2dbcDriver.create(DataAccessListener.NONE);
    private final Headgate db;

    HeadgateCopyLoader(Target target, Tuning tuning) {
        db = HeadgateClients.builder(target, tuning, 1).driver(driver).build();
    }

    /** Titles contain no character that COPY's text format must escape. */
    @Override
    public CompletableFuture<Long> insert(List<Item> rows) {
        Flux<ByteBuffer> data = Flux.fromIterable(rows).buffer(CHUNK).map(HeadgateCopyLoader::lines);
        return db.copyIn(COPY, data).toFuture();
    }

    private static ByteBuffer lines(List<Item> rows) {
        StringBuilder text = new StringBuilder(rows.size() * 32);
        for (Item row : rows) {
            text.append(row.id()).append('\t').append(row.title()).append('\n');
        }
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        db.close().block();
        driver.close().block();
    }
}
