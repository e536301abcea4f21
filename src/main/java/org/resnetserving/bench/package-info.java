/**
 * Measures the service as its clients meet it: over HTTP, in a process of its own, beside the
 * baselines (DJL's stock way behind the same HTTP, the compiled network alone). Entry: {@link
 * org.resnetserving.bench.Bench}. Must not know DJL.
 */
@NullMarked
package org.resnetserving.bench;

import org.jspecify.annotations.NullMarked;
