package org.resnetserving.models;

import org.jspecify.annotations.Nullable;

/**
 * What one output of a network stands for.
 *
 * @param index which output, from 0
 * @param name what people call it; two classes may share a name
 * @param wnid its WordNet 3.0 id, unique, where the model's classes come from ImageNet
 */
public record Label(int index, String name, @Nullable String wnid) {}
