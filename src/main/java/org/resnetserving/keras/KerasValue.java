package org.resnetserving.keras;

/**
 * What a layer of the configuration makes.
 *
 * @param layer of the graph that makes it
 * @param isProbability whether a softmax over the classes is still to be done
 */
record KerasValue(String layer, boolean isProbability) {}
