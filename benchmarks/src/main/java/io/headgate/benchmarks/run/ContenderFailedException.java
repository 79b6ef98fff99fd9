package io.headgate.benchmarks.run;

/** A contender's process ended without a result; the message has what it said last. */
final class ContenderFailedException extends RuntimeException {

    ContenderFailedException(String message) {
        super(message);
    }
}
