package org.resnetserving.pool;

/**
 * An output, and where its time went.
 *
 * @param value the output
 * @param queueNanos from submission until a worker took the item
 * @param runNanos from there until the output was there
 * @param batchSize how many items the run that made it had
 * @param <O> what comes out
 */
public record Completed<O>(O value, long queueNanos, long runNanos, int batchSize) {}
