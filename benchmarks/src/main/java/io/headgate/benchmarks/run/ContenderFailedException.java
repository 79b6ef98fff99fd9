package io.headgate.benchmarks.run;

/** A contender's process ended without a result; the message has its last output. */
final class ContenderFailedException extends RuntimeException {

    ContenderFailedException(String message) {
        super(message);
    }
}
