package io.headgate.core.driver;

import java.nio.ByteBuffer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection that can load and unload data in bulk, which not every driver's can. */
public interface CopyConnection extends DriverConnection {

    /**
     * Loads data by {@code COPY ... FROM STDIN}: all of it or none. Outside a transaction it has one of its own.
     *
     * <p>Cancelling tells the server that the copy failed, so that nothing of it stays. Statements subscribed to meanwhile
     * wait for its end.
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @param data the data in the statement's format, cut anywhere; asked for as the connection takes it. Its error is the
     *     copy's error, and undoes it
     * @return the number of rows
     */
    Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data);

    /**
     * Unloads data by {@code COPY ... TO STDOUT}. Statements subscribed to meanwhile wait for its end. Without demand the server
     * is not read from, and waits; cancelling drops what still comes, until {@link #reset} has stopped it.
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @return the data in the statement's format, cut between rows, in buffers of the subscriber's own
     */
    Flux<ByteBuffer> copyOut(String copySql);
}
