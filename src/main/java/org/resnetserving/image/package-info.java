/**
 * From the bytes of an uploaded picture to the square of pixels that a network reads, equal to
 * Pillow and torchvision. {@link Picture} says what a file claims to be before anything is decoded,
 * {@link PictureDecoder} decodes, turns, shrinks and crops it, {@link PictureEncoder} writes one.
 * The native decoders are loaded by {@link NativeImageLibrary}; why there are any is written in
 * RATIONALE.md. Must not know Spring MVC, DJL or the other features.
 */
@NullMarked
package org.resnetserving.image;

import org.jspecify.annotations.NullMarked;
