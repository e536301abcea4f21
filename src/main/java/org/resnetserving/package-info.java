/**
 * Serves pretrained ResNets over HTTP. The way of a request: {@code connection} bounds what a
 * client may hold before anything of it is known, {@code rest} takes it, {@code upload} reads the
 * pictures within bounds, {@code remote} fetches those that come by a URL ({@code grpc} does it all
 * for calls), {@code dataplane} asks for all faces alike, {@code serving} takes them through one
 * loaded model: {@code admission} refuses what does not fit, {@code image} makes a crop of it,
 * {@code pool} brings the crop to a worker, {@code engine} runs the network. The way of a model:
 * {@code models} reads {@code models/*.yml}, {@code download} fetches the file, {@code weights} or
 * a room of its framework ({@code caffe}, {@code torch7}, {@code keras}, {@code onnx}, {@code
 * torchexport}) reads it, {@code network} writes programs, {@code programs} chooses one, {@code
 * engine} loads it, and {@code catalog} keeps account of all this; {@code repository} lets Triton's
 * clients load and unload. Errors are described in {@code problem}. Beside both ways: {@code
 * settings} refuses settings that there are not, {@code trace}, {@code memory}, {@code heartbeat}
 * and {@code crash} are for whoever watches, {@code page} for whoever looks, {@code access} says
 * who may ask, {@code shutdown} is for the end; {@code cli} has the commands beside serving, of
 * which {@code bulk} classifies very many pictures, {@code evaluate} counts how many are right and
 * {@code bench} measures.
 */
@NullMarked
package org.resnetserving;

import org.jspecify.annotations.NullMarked;
