/**
 * Serves pretrained ResNets over HTTP. The path of a request: {@code classify} takes a picture,
 * {@code image} turns it into a crop, {@code batch} and {@code pool} bring it to a worker, {@code
 * engine} runs the network, and {@code classify} ranks the labels. The path of a model: {@code
 * catalog} reads {@code models/*.yml}, {@code weights} reads the file, {@code network} writes the
 * program, {@code engine} loads it. Errors of all of them are described in {@code problem}.
 */
@NullMarked
package org.resnetserving;

import org.jspecify.annotations.NullMarked;
