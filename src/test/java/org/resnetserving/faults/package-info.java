/**
 * Faults made on purpose inside the service: after each it goes on by itself, and one line of the
 * log and one metric say what happened. {@code src/docs/operations.md} has them all in one table,
 * with what a client sees; here is what breaks where.
 *
 * <ul>
 *   <li>{@code FailingRunsIT}: libtorch fails in a run, for a bad operation or for want of memory.
 *   <li>{@code StoppedProcessIT}: SIGSTOP under load, SIGCONT seconds later.
 *   <li>{@code KilledProcessIT}: SIGKILL and a crash in a trial.
 *   <li>{@code SharedCacheIT}: one cache folder for several processes, one of which is killed.
 * </ul>
 *
 * Beside what they break are the tests of one class: {@code pool.ReplacementTest} (predictors),
 * {@code programs.ChoiceMemoryTest} (processes that die in a trial), {@code
 * download.DownloaderTest} (transfers that break), {@code catalog.ModelsWatchTest} (descriptors).
 */
@NullMarked
package org.resnetserving.faults;

import org.jspecify.annotations.NullMarked;
