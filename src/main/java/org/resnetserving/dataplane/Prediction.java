package org.resnetserving.dataplane;

import org.resnetserving.models.Label;

/**
 * What a model thinks of one class.
 *
 * @param label the class
 * @param value its probability; the network's output as it is where the model has no activation
 */
public record Prediction(Label label, double value) {}
