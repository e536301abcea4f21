/**
 * POST a picture, get labels: the controllers, their request and response records, the ranking.
 * Must not know DJL.
 */
@NullMarked
package org.resnetserving.classify;

import org.jspecify.annotations.NullMarked;
