/**
 * Reads Caffe's {@code .caffemodel} files, which describe their layers and hold their weights: the
 * prototxt is not needed. {@link org.resnetserving.caffe.CaffeReader} is the door. Knows {@code
 * network} and {@code weights} alone.
 */
@NullMarked
package org.resnetserving.caffe;

import org.jspecify.annotations.NullMarked;
