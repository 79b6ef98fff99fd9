package io.headgate.client.r2dbc;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * R2DBC's large objects, which are bytea and text in PostgreSQL. A parameter is sent as a whole, so it is read as a whole
 * before. A result's object is created from a value that has arrived. Reading an object discards it.
 */
final class LargeObjects {

    private LargeObjects() {}

    static boolean isAmong(@Nullable Object[] values) {
        for (Object value : values) {
            if (value instanceof Blob || value instanceof Clob) {
                return true;
            }
        }
        return false;
    }

    /** The values, with large objects replaced by bytes and texts. */
    static Mono<@Nullable Object[]> read(@Nullable Object[] values) {
        return Flux.range(0, values.length)
                .concatMap(i -> {
                    Object value = values[i];
                    Mono<?> content = value instanceof Blob blob
                            ? bytes(blob)
                            : value instanceof Clob clob ? text(clob) : Mono.<Object>empty();
                    return content.doOnNext(whole -> values[i] = whole);
                })
                .then(Mono.just(values));
    }

    static Mono<List<@Nullable Object[]>> readAll(List<@Nullable Object[]> sets) {
        return sets.stream().anyMatch(LargeObjects::isAmong)
                ? Flux.fromIterable(sets).concatMap(LargeObjects::read).collectList()
                : Mono.just(sets);
    }

    private static Mono<byte[]> bytes(Blob blob) {
        return Flux.from(blob.stream())
                .collect(ByteArrayOutputStream::new, (out, part) -> {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    out.writeBytes(bytes);
                })
                .map(ByteArrayOutputStream::toByteArray);
    }

    private static Mono<String> text(Clob clob) {
        return Flux.from(clob.stream())
                .collect(StringBuilder::new, StringBuilder::append)
                .map(StringBuilder::toString);
    }

    static Blob blob(byte[] bytes) {
        return Blob.from(Mono.fromSupplier(() -> ByteBuffer.wrap(bytes)));
    }

    static Clob clob(String text) {
        return Clob.from(Mono.just(text));
    }
}
