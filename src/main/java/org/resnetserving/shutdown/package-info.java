/**
 * How the service takes leave: it says that it is not ready while it still answers, for as long as
 * {@link org.resnetserving.shutdown.ShutdownProperties} says, so that whoever routes requests to it
 * learns in time. After that the web server finishes what it has accepted, and the models close.
 * Must not know the features.
 */
@NullMarked
package org.resnetserving.shutdown;

import org.jspecify.annotations.NullMarked;
