package org.resnetserving.caffe;

import java.util.List;
import org.resnetserving.network.Window;
import org.resnetserving.weights.ProtobufMessage;

/** Sizes, strides and paddings as Caffe's convolutions and poolings say them. */
final class CaffeWindow {
  /** Beyond any that a picture's side could want. */
  private static final int MOST = 1 << 12;

  private CaffeWindow() {}

  /** Of a {@code ConvolutionParameter}. */
  static Window ofConvolution(ProtobufMessage parameters) {
    int height = size(parameters, 4, 0, 11, 0);
    int width = size(parameters, 4, 1, 12, 0);
    int stride = size(parameters, 6, 0, 13, 1);
    int top = size(parameters, 3, 0, 9, 0);
    int left = size(parameters, 3, 1, 10, 0);
    int dilation = size(parameters, 18, 0, 0, 1);
    if (stride != size(parameters, 6, 1, 14, 1) || dilation != size(parameters, 18, 1, 0, 1)) {
      throw new IllegalArgumentException("has a stride or dilation that differs by direction");
    }
    return new Window(height, width, stride, top, left, top, left, dilation);
  }

  /** Of a {@code PoolingParameter}. */
  static Window ofPooling(ProtobufMessage parameters) {
    int height = size(parameters, 2, 0, 5, 0);
    int width = size(parameters, 2, 0, 6, 0);
    int stride = size(parameters, 3, 0, 7, 1);
    int top = size(parameters, 4, 0, 9, 0);
    int left = size(parameters, 4, 0, 10, 0);
    if (stride != size(parameters, 3, 0, 8, 1)) {
      throw new IllegalArgumentException("has a stride that differs by direction");
    }
    return new Window(height, width, stride, top, left, top, left);
  }

  /**
   * A size from the field of its own, or from a list that has one for all directions or one each.
   */
  private static int size(
      ProtobufMessage parameters, int list, int direction, int own, int otherwise) {
    List<Long> sizes = parameters.integers(list);
    long size = otherwise;
    if (own > 0 && parameters.has(own)) {
      size = parameters.integer(own, 0);
    } else if (sizes.size() == 1) {
      size = sizes.get(0);
    } else if (sizes.size() == 2) {
      size = sizes.get(direction);
    } else if (sizes.size() > 2) {
      throw new IllegalArgumentException("has %d dimensions".formatted(sizes.size()));
    }
    if (size < 0 || size > MOST) {
      throw new IllegalArgumentException("has a size, stride or padding of " + size);
    }
    return (int) size;
  }
}
