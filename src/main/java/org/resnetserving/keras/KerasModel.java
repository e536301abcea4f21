package org.resnetserving.keras;

import tools.jackson.databind.JsonNode;

/**
 * What a file holds.
 *
 * @param config of the model, as {@code to_json} makes it
 * @param weights of its layers
 */
record KerasModel(JsonNode config, KerasWeights weights) {}
