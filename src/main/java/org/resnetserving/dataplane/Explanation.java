package org.resnetserving.dataplane;

import org.resnetserving.explain.ClassActivationMap;
import org.resnetserving.image.Geometry;

/**
 * Why a network thinks so of one class of a picture.
 *
 * @param prediction what it thinks of it
 * @param map how much each part of the network's crop counts for it
 * @param geometry where that crop lies in the picture
 * @param side of the crop, in its own pixels
 */
public record Explanation(
    RankedLabel prediction, ClassActivationMap map, Geometry geometry, int side) {}
