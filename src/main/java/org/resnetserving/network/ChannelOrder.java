package org.resnetserving.network;

/** In which order a network reads the colours of a pixel. Pixels always come as RGB. */
public enum ChannelOrder {
  /** Red first, as PyTorch and most others. */
  RGB,
  /** Blue first, as Caffe and OpenCV. */
  BGR
}
