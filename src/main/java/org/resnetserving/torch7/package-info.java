/**
 * Reads Torch7's {@code .t7} files: what {@code torch.save} writes in binary of a model, or of a
 * table that holds one. {@link org.resnetserving.torch7.Torch7Reader} is the door. Functions in a
 * file are passed over; nothing is run. Knows {@code network} and {@code weights} alone.
 */
@NullMarked
package org.resnetserving.torch7;

import org.jspecify.annotations.NullMarked;
