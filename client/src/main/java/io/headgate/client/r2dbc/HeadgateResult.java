package io.headgate.client.r2dbc;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.reactive.CaughtSignals;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The result of a statement: a segment for each row, and one for the update count. It can be consumed once, whether it is in
 * memory or still being fetched. Notices of the server come first, as {@link Result.Message} segments, which {@link #flatMap}
 * and {@link #filter} see. Errors of a statement are errors of publishers, never segments.
 */
final class HeadgateResult implements Result {

    private final @Nullable SqlResult whole;
    private final Supplier<Flux<Segment>> segments;
    private final AtomicBoolean consumed;

    private HeadgateResult(@Nullable SqlResult whole, Supplier<Flux<Segment>> segments, AtomicBoolean consumed) {
        this.whole = whole;
        this.segments = segments;
        this.consumed = consumed;
    }

    /** A result that is in memory. */
    static HeadgateResult of(SqlResult result) {
        return new HeadgateResult(
                result,
                () -> {
                    HeadgateRowMetadata columns = new HeadgateRowMetadata(result.columns());
                    Flux<Segment> rows = Flux.fromStream(
                            result.rows().stream().map(row -> new RowOf(new HeadgateRow(row, columns))));
                    return Flux.fromIterable(result.notices())
                            .<Segment>map(NoticeMessage::new)
                            .concatWith(rows)
                            .concatWithValues(new Count(result.updateCount()));
                },
                new AtomicBoolean());
    }

    /** A result that is fetched as it is consumed. */
    static HeadgateResult streaming(Flux<SqlRow> rows) {
        return new HeadgateResult(
                null,
                () -> {
                    AtomicLong count = new AtomicLong();
                    MetadataOfRows columns = new MetadataOfRows();
                    return rows.<Segment>map(row -> {
                                count.incrementAndGet();
                                return new RowOf(new HeadgateRow(row, columns.of(row)));
                            })
                            .concatWith(Mono.fromSupplier(() -> new Count(count.get())));
                },
                new AtomicBoolean());
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        SqlResult result = whole;
        if (result != null) {
            return Mono.defer(() -> {
                consume();
                return Mono.just(result.updateCount());
            });
        }
        return CaughtSignals.reported(
                consumed().ofType(UpdateCount.class).map(UpdateCount::value).reduce(Long::sum));
    }

    @Override
    public <T> Flux<T> map(@Nullable BiFunction<Row, io.r2dbc.spi.RowMetadata, ? extends T> mapping) {
        var given = Arguments.required(mapping, "mapping");
        return CaughtSignals.reported(rows().map(row -> given.apply(row, row.getMetadata())));
    }

    @Override
    public <T> Flux<T> map(@Nullable Function<? super Readable, ? extends T> mapping) {
        return CaughtSignals.reported(rows().map(Arguments.required(mapping, "mapping")));
    }

    private Flux<HeadgateRow> rows() {
        SqlResult result = whole;
        if (result == null) {
            return consumed().ofType(RowOf.class).map(RowOf::row);
        }
        return Flux.defer(() -> {
            consume();
            if (result.rows().isEmpty()) {
                return Flux.empty();
            }
            HeadgateRowMetadata columns = new HeadgateRowMetadata(result.columns());
            return result.rows().size() == 1
                    ? Flux.just(new HeadgateRow(result.rows().get(0), columns))
                    : Flux.fromIterable(result.rows()).map(row -> new HeadgateRow(row, columns));
        });
    }

    @Override
    public HeadgateResult filter(@Nullable Predicate<Segment> wanted) {
        Predicate<Segment> given = Arguments.required(wanted, "filter");
        return new HeadgateResult(null, () -> segments.get().filter(given), consumed);
    }

    @Override
    public <T> Flux<T> flatMap(@Nullable Function<Segment, ? extends Publisher<? extends T>> mapping) {
        var given = Arguments.required(mapping, "mapping");
        return CaughtSignals.reported(consumed()
                .concatMap(segment -> Objects.requireNonNull(
                        given.apply(segment), "the mapping of a segment returned no publisher")));
    }

    private Flux<Segment> consumed() {
        return Flux.defer(() -> {
            consume();
            return segments.get();
        });
    }

    private void consume() {
        if (!consumed.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "the result has been consumed; it can be once, by one of getRowsUpdated, map or "
                            + "flatMap: to read it twice, collect it, or execute the statement again");
        }
    }

    private record RowOf(HeadgateRow row) implements RowSegment {}

    private record Count(long value) implements UpdateCount {}

    /** The metadata of the last row: the rows of a result usually share one column object. */
    private static final class MetadataOfRows {

        private @Nullable RowMetadata last;
        private @Nullable HeadgateRowMetadata shown;

        HeadgateRowMetadata of(SqlRow row) {
            HeadgateRowMetadata known = shown;
            if (known == null || last != row.columns()) {
                last = row.columns();
                known = new HeadgateRowMetadata(row.columns());
                shown = known;
            }
            return known;
        }
    }
}
