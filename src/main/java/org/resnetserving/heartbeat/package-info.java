/**
 * Notices what stops the whole process, or moves the machine's clock, and says so: nothing else in
 * the service sees more of it than that its deadlines have passed. Entry: {@link
 * org.resnetserving.heartbeat.Heartbeat}. Must not know the features.
 */
@NullMarked
package org.resnetserving.heartbeat;

import org.jspecify.annotations.NullMarked;
