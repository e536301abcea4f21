package org.resnetserving.image;

/** X. */
public record ImageLimits(long maxPixels) {}
