package org.resnetserving.image;

import org.jspecify.annotations.Nullable;

/**
 * What a picture was made into for a network.
 *
 * @param pixels red, green and blue of each pixel of the crop, row by row: {@link Preset#cropBytes}
 *     bytes
 * @param warning what is not as it should be with the file although all its pixels are there, such
 *     as a missing end marker; null where there is nothing
 */
// Made once, compared never.
@SuppressWarnings("ArrayRecordComponent")
public record Decoded(byte[] pixels, @Nullable String warning) {}
