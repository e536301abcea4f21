package org.resnetserving.image;

/** X. */
public record Preset(int resize, int crop, Interpolation interpolation) {}
