package io.headgate.core.driver;

import java.nio.ByteBuffer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection that can load or unload data in bulk. Not every driver has one. */
public interface CopyConnection extends DriverConnection {

    /**
     * Loads data with {@code COPY ... FROM STDIN}: all of it or none. Outside a transaction the copy is an implicit transaction.
     *
     * <p>Cancelling makes the copy fail on the server, so that no row stays. Statements subscribed to during the copy wait for its
     * end.
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @param data the data in the statement's format, split anywhere, requested at the connection's speed. Its error is the copy's
     *     error and undoes the copy
     * @return the number of rows
     */
    Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data);

    /**
     * Unloads data with {@code COPY ... TO STDOUT}. Statements subscribed to during the copy wait for its end. Without demand nothing
     * is read and the server waits. After cancellation, data that still arrives is dropped until {@link #reset} has stopped the copy.
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @return the data in the statement's format, split between rows, in buffers that the subscriber owns
     */
    Flux<ByteBuffer> copyOut(String copySql);
}
