/**
 * The fixed set of worker threads that run batches, fair between lanes; generic in the resource
 * each\n * worker owns. Must not know Spring MVC or DJL.
 */
@NullMarked
package org.resnetserving.pool;

import org.jspecify.annotations.NullMarked;
