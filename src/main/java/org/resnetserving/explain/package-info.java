/**
 * Why a network answers as it does: a {@link org.resnetserving.explain.ClassActivationMap} says how
 * much each part of a picture counts for a class, by the network's {@link
 * org.resnetserving.explain.Head} and last feature map; a {@link org.resnetserving.explain.Overlay}
 * shows it on the picture. Pure arithmetic: must not know Spring, HTTP, DJL, or how a model is
 * served.
 */
@NullMarked
package org.resnetserving.explain;

import org.jspecify.annotations.NullMarked;
