/**
 * From the bytes of an uploaded picture to the square of pixels that a network reads, equal to\n *
 * Pillow and torchvision to the last bit. Must not know Spring MVC, DJL or the other features.
 */
@NullMarked
package org.resnetserving.image;

import org.jspecify.annotations.NullMarked;
