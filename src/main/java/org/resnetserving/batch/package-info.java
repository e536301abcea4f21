/**
 * Bounded waiting, generic in the item. {@link org.resnetserving.batch.Permits} refuses at the door
 * what would not fit, {@link org.resnetserving.batch.BatchQueue} holds what waits, {@link
 * org.resnetserving.batch.BatchPolicy} says how much of it one worker takes and when, {@link
 * org.resnetserving.batch.Deadline} says until when an answer is of use, and {@link
 * org.resnetserving.batch.ServiceRate} when it is worth coming back. Must not know Spring MVC, DJL
 * or pictures.
 */
@NullMarked
package org.resnetserving.batch;

import org.jspecify.annotations.NullMarked;
