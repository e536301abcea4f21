/**
 * POST a picture, get labels, an embedding, or why: the controllers and their answers. Must not
 * know DJL.
 */
@NullMarked
package org.resnetserving.rest;

import org.jspecify.annotations.NullMarked;
