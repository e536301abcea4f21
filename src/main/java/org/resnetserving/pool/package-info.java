/**
 * The fixed set of worker threads that run batches. A {@link org.resnetserving.pool.WorkerPool}
 * opens a {@link org.resnetserving.pool.Lane} for each model; an item submitted to it is {@link
 * org.resnetserving.pool.Pending} in the lane's backlog until a worker, which has a seat in the
 * lane and owns a {@link org.resnetserving.pool.Predictor} there, takes it in a batch: as much as
 * the batch policy says. From the rate at which items come out, the lane knows when it is worth
 * coming back. Must not know Spring MVC, DJL or pictures.
 */
@NullMarked
package org.resnetserving.pool;

import org.jspecify.annotations.NullMarked;
