/**
 * Bounded waiting: permits, deadlines, and the FIFO queue that batches are taken from; generic in
 * the\n * item. Must not know Spring MVC, DJL or pictures.
 */
@NullMarked
package org.resnetserving.batch;

import org.jspecify.annotations.NullMarked;
